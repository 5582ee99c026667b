package io.plateau.core.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.descriptive.moment.Kurtosis;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InitializationTest {

  @Test
  void theSameSeedGivesTheSameBits() {
    assertThat(draw(1).toArray()).isEqualTo(draw(1).toArray()).isNotEqualTo(draw(2).toArray());
  }

  @Test
  void neighbouringSeedsAndLayersHaveNothingInCommonFromTheFirstDrawOn() {
    PearsonsCorrelation correlation = new PearsonsCorrelation();
    double[] first = weights(draw(1), 2, 64);
    for (long seed = 2; seed < 30; seed++) {
      assertThat(correlation.correlation(first, weights(draw(seed), 2, 64)))
          .as("seed %s", seed)
          .isBetween(-0.6, 0.6);
    }
    assertThat(correlation.correlation(first, weights(draw(1), 3, 64))).isBetween(-0.6, 0.6);
    assertThat(first[0]).isNotCloseTo(0, within(1e-6));
  }

  @ParameterizedTest
  @EnumSource
  void entriesAreNormalWithTheStatedDeviation(Initializer.Kind kind) {
    Initializer initializer = new Initializer(kind, 0.6);
    NetworkSpec network =
        FullyConnected.of(300, 10, 3, 200, Activation.RELU, BiasMode.ZERO_INIT, initializer);
    Parameters drawn = Initialization.draw(network, 5);
    double[] weights = weights(drawn, 1, 60_000);
    double expected = initializer.standardDeviation(300, 200);
    assertThat(new StandardDeviation().evaluate(weights))
        .isCloseTo(expected, within(0.02 * expected));
    assertThat(new Mean().evaluate(weights)).isCloseTo(0, within(0.02 * expected));
    assertThat(new Kurtosis().evaluate(weights)).isCloseTo(0, within(0.1));
    assertThat(drawn.values(drawn.layout().bias(1).orElseThrow())).containsOnly(0f);
  }

  @Test
  void shapesThatCannotBeCountedAreRefused() {
    assertThatThrownBy(
            () -> TensorShape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE))
        .isInstanceOf(NetworkException.class);
  }

  private static Parameters draw(long seed) {
    return Initialization.draw(
        FullyConnected.of(20, 5, 4, 32, Activation.RELU, BiasMode.ZERO_INIT, Initializer.DEFAULT),
        seed);
  }

  private static double[] weights(Parameters parameters, int depth, int count) {
    float[] values = parameters.values(parameters.layout().weight(depth));
    double[] doubles = new double[count];
    for (int i = 0; i < count; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }
}
