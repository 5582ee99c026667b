package io.plateau.core.curve.theory;

import static io.plateau.core.curve.theory.PredictedPlateauTest.assertField;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LossLowerBoundTest {

  @Test
  void isLogKWhereEverythingIsZero() {
    LossLowerBound bound = new LossLowerBound(new double[] {1, 2, 3}, new long[] {5, 5, 5}, 4, 7);

    assertThat(bound.at(0)).isCloseTo(Math.log(3), within(1e-15));
    assertThat(bound.origin()).isEqualTo(Origin.DERIVED);
  }

  @Test
  void followsTheFormula() {
    LossLowerBound bound = new LossLowerBound(new double[] {2, 0}, new long[] {3, 1}, 3, 4);
    double expected = Math.log(Math.E + 1) - 0.75 - 4.0 / 8;

    assertThat(bound.at(0.5)).isCloseTo(expected, within(1e-15));
    assertThat(LossLowerBound.measured(new double[] {1, 0}, new long[] {3, 1}, 0.5))
        .isCloseTo(expected, within(1e-15));
  }

  @Property
  void neverExceedsTheLoss(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int depth,
      @ForAll @DoubleRange(min = 0, max = 1.5) double alpha) {
    Random random = new Random(seed);
    int classes = 2 + random.nextInt(5);
    double[] bias = random.doubles(classes, -3, 3).toArray();
    long[] counts = new long[classes];
    double meanMargin = 0;
    double loss = 0;
    int samples = 30;
    for (int n = 0; n < samples; n++) {
      int y = random.nextInt(classes);
      counts[y]++;
      double[] logits = random.doubles(classes, -4, 4).toArray();
      meanMargin += (logits[y] - Arrays.stream(logits).min().getAsDouble()) / samples;
      double sum = 0;
      for (int j = 0; j < classes; j++) {
        sum += Math.exp(Math.pow(alpha, depth) * logits[j] + alpha * bias[j]);
      }
      loss += (Math.log(sum) - Math.pow(alpha, depth) * logits[y] - alpha * bias[y]) / samples;
    }

    assertThat(new LossLowerBound(bias, counts, depth, meanMargin).at(alpha))
        .isLessThanOrEqualTo(loss + 1e-12);
  }

  @Property
  void theBiasesAloneCostAtLeastLogKOnBalancedClasses(@ForAll long seed) {
    double[] bias = new Random(seed).doubles(5, -50, 50).toArray();

    assertThat(LossLowerBound.measured(bias, new long[] {2, 2, 2, 2, 2}, 0))
        .isGreaterThanOrEqualTo(Math.log(5) - 1e-12);
  }

  @Test
  void staysFiniteForLargeBiases() {
    assertThat(LossLowerBound.measured(new double[] {1e4, 0}, new long[] {1, 1}, 0)).isEqualTo(5e3);
  }

  @Test
  void refusesWhatDoesNotFit() {
    double[] bias = {1, 0};
    long[] counts = {1, 1};
    assertField("depth", () -> new LossLowerBound(bias, counts, 0, 1));
    assertField("meanMargin", () -> new LossLowerBound(bias, counts, 2, -1));
    assertField("classCounts", () -> new LossLowerBound(bias, new long[3], 2, 1));
    assertField("classCounts", () -> new LossLowerBound(bias, new long[2], 2, 1));
    assertField("classCounts", () -> new LossLowerBound(bias, new long[] {3, -1}, 2, 1));
    assertField("alpha", () -> new LossLowerBound(bias, counts, 2, 1).at(Double.NaN));
  }
}
