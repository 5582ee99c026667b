package io.plateau.core.curve.theory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.plateau.core.curve.CurveException;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PredictedPlateauTest {

  @Test
  void followsTheFormula() {
    PredictedPlateau plateau =
        PredictedPlateau.smallInitialization(
            4, new double[] {0, 1, 3, 2}, new double[] {24, 16, 0, 27}, OptionalDouble.of(0.01));

    assertThat(plateau.topClass()).isEqualTo(2);
    assertThat(plateau.start()).hasValue(0.01);
    assertNear(plateau.end(), 1.0 / 3);
    assertNear(plateau.classEnds().get(0), 0.5);
    assertNear(plateau.classEnds().get(1), 0.5);
    assertThat(plateau.classEnds().get(2)).isEmpty();
    assertNear(plateau.classEnds().get(3), 1.0 / 3);
    assertThat(plateau.origin()).isEqualTo(Origin.DERIVED);
  }

  /**
   * With logits alpha^r g + alpha b: no sample of another class than i* is read right before the
   * predicted end, and each class is first left by i* at its own end.
   */
  @Property
  void isExactWithoutAnInitialization(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 8) int depth) {
    Random random = new Random(seed);
    int classes = 4;
    double[] bias = random.doubles(classes, -1, 1).toArray();
    int top = largest(bias);
    double[][] logits = new double[40][];
    double[] maxMargins = new double[classes];
    Arrays.fill(maxMargins, Double.NEGATIVE_INFINITY);
    for (int n = 0; n < logits.length; n++) {
      int y = n % classes;
      logits[n] = random.doubles(classes, -5, 5).toArray();
      logits[n][y] += 10;
      maxMargins[y] = Math.max(maxMargins[y], logits[n][y] - logits[n][top]);
    }
    PredictedPlateau plateau =
        PredictedPlateau.smallInitialization(depth, bias, maxMargins, OptionalDouble.empty());

    double before = plateau.end().getAsDouble() * (1 - 1e-9);
    for (int n = 0; n < logits.length; n++) {
      int y = n % classes;
      if (y != top) {
        assertThat(read(logits[n], bias, depth, before)).isNotEqualTo(y);
      }
    }
    for (int y = 0; y < classes; y++) {
      if (y != top) {
        double end = plateau.classEnds().get(y).getAsDouble();
        assertThat(anyOutgrows(logits, y, bias, top, depth, end * (1 - 1e-9))).isFalse();
        assertThat(anyOutgrows(logits, y, bias, top, depth, end * (1 + 1e-9))).isTrue();
      }
    }
  }

  @Test
  void knowsNoEndWithoutAMarginOrWithOneLayer() {
    OptionalDouble none = OptionalDouble.empty();
    PredictedPlateau neverRight =
        PredictedPlateau.smallInitialization(
            3, new double[] {1, 0, 0.5}, new double[] {0, -1, Double.NaN}, none);
    PredictedPlateau oneLayer =
        PredictedPlateau.smallInitialization(1, new double[] {1, 0}, new double[] {0, 5}, none);

    assertThat(neverRight.end()).isEmpty();
    assertThat(neverRight.classEnds()).isEqualTo(List.of(none, none, none));
    assertThat(neverRight.start()).isEmpty();
    assertThat(oneLayer.end()).isEmpty();
    assertThat(oneLayer.classEnds()).isEqualTo(List.of(none, none));
  }

  @Test
  void tiedBiasesMakeNoPlateauAndGoToTheLowestClass() {
    PredictedPlateau plateau =
        PredictedPlateau.smallInitialization(
            4, new double[] {0, 2, 2}, new double[] {9, 0, 9}, OptionalDouble.of(0.1));

    assertThat(plateau.topClass()).isEqualTo(1);
    assertThat(plateau.end()).hasValue(0);
    assertThat(plateau.start()).isEmpty();
  }

  @Test
  void reportsAnEndBeyondThePath() {
    PredictedPlateau plateau =
        PredictedPlateau.smallInitialization(
            3, new double[] {4, 0}, new double[] {0, 1}, OptionalDouble.empty());

    assertNear(plateau.end(), 2);
  }

  @Test
  void refusesWhatDoesNotFit() {
    OptionalDouble none = OptionalDouble.empty();
    double[] bias = {1, 0};
    double[] margins = {0, 1};
    assertField("depth", () -> PredictedPlateau.smallInitialization(0, bias, margins, none));
    assertField(
        "bias", () -> PredictedPlateau.smallInitialization(2, new double[1], margins, none));
    assertField(
        "bias[1]",
        () -> PredictedPlateau.smallInitialization(2, new double[] {0, Double.NaN}, margins, none));
    assertField(
        "maxMargins", () -> PredictedPlateau.smallInitialization(2, bias, new double[3], none));
    assertField(
        "maxMargins[0]",
        () ->
            PredictedPlateau.smallInitialization(
                2, bias, new double[] {Double.POSITIVE_INFINITY, 0}, none));
    assertField(
        "initialLogitSize",
        () -> PredictedPlateau.smallInitialization(2, bias, margins, OptionalDouble.of(-1)));
  }

  static void assertField(String field, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(CurveException.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  private static boolean anyOutgrows(
      double[][] logits, int y, double[] bias, int top, int depth, double alpha) {
    for (int n = y; n < logits.length; n += bias.length) {
      double margin = Math.pow(alpha, depth) * (logits[n][y] - logits[n][top]);
      if (margin > alpha * (bias[top] - bias[y])) {
        return true;
      }
    }
    return false;
  }

  private static int read(double[] logits, double[] bias, int depth, double alpha) {
    double[] sum = new double[bias.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = Math.pow(alpha, depth) * logits[i] + alpha * bias[i];
    }
    return largest(sum);
  }

  private static int largest(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  private static void assertNear(OptionalDouble actual, double expected) {
    assertThat(actual).isPresent();
    assertThat(actual.getAsDouble()).isCloseTo(expected, within(1e-15));
  }
}
