package io.plateau.core.curve.theory;

import static io.plateau.core.curve.theory.PredictedPlateauTest.assertField;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ToyPlateauTest {
  private static final double[] START = {1.3, 1.2, 1.1, 1.0};

  @Test
  void solvesAQuadratic() {
    // (0.1 + 0.9 a)^2 = a has the roots 1/81 and 1.
    ToyPlateau plateau = ToyPlateau.ofClass(2, 0.1, 1, 1);

    assertThat(plateau.start().getAsDouble()).isCloseTo(1.0 / 81, within(1e-15));
    assertThat(plateau.end().getAsDouble()).isCloseTo(1, within(1e-15));
    assertThat(plateau.origin()).isEqualTo(Origin.DERIVED);
  }

  /**
   * The r-homogeneous-weight network of four classes. Weights and biases were integrated in float64
   * by an independent program (scipy, DOP853); the ends are those of its error curve on 100,001
   * alphas.
   */
  @Test
  void agreesWithTheErrorCurveOfTheToyNetwork() {
    assertThat(
            ToyPlateau.ofAllClasses(
                    4,
                    scaled(0.3),
                    new double[] {1.919965497, 1.912689067, 1.901387964, 1.881454698},
                    new double[] {-0.2941857896, -0.1500136859, 0.05963715495, 0.3845623206})
                .end())
        .isEmpty();
    assertPlateau(
        ToyPlateau.ofAllClasses(
            4,
            scaled(0.2),
            new double[] {1.99842065, 1.988099644, 1.970099024, 1.924084569},
            new double[] {-0.5850443114, -0.3319191059, 0.07168881563, 0.8452746017}),
        0.00351,
        0.25515);
    assertPlateau(
        ToyPlateau.ofAllClasses(
            4,
            scaled(0.1),
            new double[] {2.122557958, 2.110676103, 2.091539436, 1.86145977},
            new double[] {-1.496727927, -1.08733341, -0.4502179107, 3.034279248}),
        0.00007,
        0.53385);
    assertPlateau(
        ToyPlateau.ofAllClasses(
            6,
            scaled(0.3),
            new double[] {1.678365694, 1.674003000, 1.665509710, 1.593766479},
            new double[] {-1.155772084, -0.8473932499, -0.2711983564, 2.27436369}),
        0.00105,
        0.54324);
  }

  @Property
  void bothRootsSolveTheEquationAndTheClassIsReadAsTopBetweenThem(
      @ForAll @IntRange(min = 2, max = 14) int depth,
      @ForAll @DoubleRange(min = 0, max = 1) double initial,
      @ForAll @DoubleRange(min = 0.05, max = 3) double growth,
      @ForAll @DoubleRange(min = 0, max = 10) double margin) {
    ToyPlateau plateau = ToyPlateau.ofClass(depth, initial, initial + growth, margin);
    if (plateau.end().isEmpty()) {
      for (double alpha = 0.01; alpha < 3; alpha += 0.01) {
        assertThat(Math.pow(initial + alpha * growth, depth))
            .isGreaterThanOrEqualTo(alpha * margin);
      }
    } else {
      double start = plateau.start().getAsDouble();
      double end = plateau.end().getAsDouble();
      assertThat(start).isLessThanOrEqualTo(end);
      for (double root : new double[] {start, end}) {
        assertThat(Math.pow(initial + root * growth, depth))
            .isCloseTo(root * margin, within(1e-9 * Math.max(1, root * margin)));
      }
      double middle = (start + end) / 2;
      assertThat(Math.pow(initial + middle * growth, depth))
          .isLessThanOrEqualTo(middle * margin * (1 + 1e-9));
    }
  }

  @Property
  void withoutAnInitializationItIsTheSmallInitializationFormula(
      @ForAll @IntRange(min = 2, max = 14) int depth,
      @ForAll @DoubleRange(min = 0.5, max = 3) double weight,
      @ForAll @DoubleRange(min = 0.1, max = 10) double margin) {
    ToyPlateau plateau = ToyPlateau.ofClass(depth, 0, weight, margin);
    double expected = Math.pow(margin / Math.pow(weight, depth), 1.0 / (depth - 1));

    assertThat(plateau.start().getAsDouble()).isCloseTo(0, within(1e-300));
    assertThat(plateau.end().getAsDouble()).isCloseTo(expected, within(1e-12 * (1 + expected)));
  }

  @Test
  void hasNoPlateauWithoutABiasMarginOrWithALargeInitialization() {
    assertThat(ToyPlateau.ofClass(4, 0.1, 2, 0).end()).isEmpty();
    assertThat(ToyPlateau.ofClass(4, 1, 2, 0.5).end()).isEmpty();
    assertThat(ToyPlateau.ofClass(4, 0.5, 2, 0.1).start()).isEmpty();
  }

  @Test
  void oneClassWithoutARootTakesTheWholePlateau() {
    double[] bias = {1, 0, 0.999};

    assertThat(ToyPlateau.ofClass(4, 0.3, 2, 1).end()).isPresent();
    assertThat(
            ToyPlateau.ofAllClasses(4, new double[] {0.3, 0.3, 0.3}, new double[] {2, 2, 2}, bias)
                .end())
        .isEmpty();
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertField("depth", () -> ToyPlateau.ofClass(1, 0.1, 1, 1));
    assertField("initialWeight", () -> ToyPlateau.ofClass(2, -0.1, 1, 1));
    assertField("finalWeight", () -> ToyPlateau.ofClass(2, 1, 1, 1));
    assertField("biasMargin", () -> ToyPlateau.ofClass(2, 0.1, 1, Double.NaN));
    assertField(
        "weights",
        () -> ToyPlateau.ofAllClasses(2, new double[2], new double[3], new double[] {1, 2, 3}));
  }

  private static double[] scaled(double scale) {
    return Arrays.stream(START).map(value -> scale * value).toArray();
  }

  private static void assertPlateau(ToyPlateau plateau, double start, double end) {
    assertThat(plateau.start().getAsDouble()).isCloseTo(start, within(2e-5));
    assertThat(plateau.end().getAsDouble()).isCloseTo(end, within(2e-5));
  }
}
