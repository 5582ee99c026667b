package io.plateau.core.curve;

import static io.plateau.core.curve.CurvesForTests.at;
import static io.plateau.core.curve.CurvesForTests.curve;
import static io.plateau.core.curve.CurvesForTests.errors;
import static io.plateau.core.curve.CurvesForTests.losses;
import static io.plateau.core.curve.CurvesForTests.summarize;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlateauMeasuresTest {
  private static final Offset<Double> ROUNDING = within(1e-14);

  @Test
  void measuresAnErrorPlateauThatStartsLateAndComesBack() {
    // Reference 0.8, threshold 0.76: reached, left, reached again, left for good.
    PlateauMeasures plateau =
        summarize(errors(at(0, 0.1, 0.2, 0.4, 0.5, 0.6, 1), 0.72, 0.8, 0.8, 0.72, 0.8, 0.4, 0))
            .errorPlateau();

    assertThat(plateau.marks()).isEmpty();
    assertNear(plateau.threshold(), 0.76);
    assertNear(plateau.thresholdMargin(), 0.04);
    assertNear(plateau.start(), 0.05);
    assertNear(plateau.contiguous(), 0.3);
    assertNear(plateau.last(), 0.51);
    assertNear(plateau.halfDrop(), 0.64);
    assertNear(plateau.mean(), 0.076 + 0.08 + 0.152 + 0.076 + 0.06 + 0.08);
    assertNear(plateau.normalizedArea(), 0.524 / 0.72);
  }

  @Test
  void measuresALossPlateauFromItsOwnDrop() {
    PlateauMeasures plateau =
        summarize(losses(at(0, 0.2, 0.4, 1), 2.5, 2.5, 0.5, 0.5)).lossPlateau();

    assertNear(plateau.threshold(), 2.4);
    assertNear(plateau.start(), 0);
    assertNear(plateau.contiguous(), 0.21);
    assertNear(plateau.last(), 0.21);
    assertNear(plateau.halfDrop(), 0.3);
    assertNear(plateau.mean(), 0.5 + 0.3 + 0.3);
    assertNear(plateau.normalizedArea(), 0.3);
  }

  @Test
  void aValueExactlyAtTheThresholdIsAtIt() {
    // 57 of 80 errors stand at 0.95 * (1 - 20/80), whatever float64 makes of the product.
    TrainingOutcome outcome = TrainingOutcome.of(new long[] {20, 20, 20, 20}, 0);
    PlateauMeasures plateau =
        CurveSummary.of(
                errors(at(0, 0.25, 0.5, 1), 56 / 80.0, 57 / 80.0, 55 / 80.0, 0),
                outcome,
                SummaryOptions.DEFAULT)
            .errorPlateau();

    assertNear(plateau.start(), 0.25);
    assertNear(plateau.contiguous(), 0.25);
    assertNear(plateau.last(), 0.25);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 6, 7, 9, 10, 11, 13, 20, 60, 100, 1000})
  void aStairAtTheThresholdIsReadAlikeForEveryNumberOfClasses(int classes) {
    double tolerance = 0.1;
    TrainingOutcome outcome = new TrainingOutcome(1 - 1.0 / classes, 0);
    double stair = 9.0 * (classes - 1) / (10.0 * classes);
    PlateauMeasures plateau =
        CurveSummary.of(
                errors(at(0, 0.5, 1), stair, stair, 0),
                outcome,
                SummaryOptions.DEFAULT.withPlateauTolerance(tolerance))
            .errorPlateau();

    assertNear(plateau.start(), 0);
    assertNear(plateau.contiguous(), 0.5);
  }

  @Test
  void withoutAPlateauThereIsStillAHalfDrop() {
    PlateauMeasures plateau = summarize(errors(at(0, 0.5, 1), 0.7, 0.3, 0.1)).errorPlateau();

    assertThat(plateau.marks()).isEmpty();
    assertThat(plateau.start()).isEmpty();
    assertThat(plateau.contiguous()).isEmpty();
    assertThat(plateau.last()).isEmpty();
    assertNear(plateau.halfDrop(), 0.375);
    assertThat(plateau.normalizedArea()).isPresent();
  }

  @Test
  void aPlateauThatIsNeverLeftEndsAtTheLastAlpha() {
    PlateauMeasures plateau = summarize(errors(at(0, 0.5, 1), 0.8, 0.79, 0.78)).errorPlateau();

    assertNear(plateau.contiguous(), 1);
    assertNear(plateau.last(), 1);
  }

  @Test
  void usesOnlyTheSegment() {
    PlateauMeasures inside = summarize(errors(at(0, 0.5, 1), 0.8, 0.8, 0)).errorPlateau();
    PlateauMeasures beyond =
        summarize(errors(at(-1, 0, 0.5, 1, 2), 0.8, 0.8, 0.8, 0, 0.8)).errorPlateau();

    assertThat(beyond).isEqualTo(inside);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.7})
  void aCurveWithoutADropIsDegenerate(double end) {
    CurveSummary summary =
        summarize(curve(at(0, 0.5, 1), new double[] {1, 3, 1}, new double[] {0.5, 0.9, end}));

    PlateauMeasures error = summary.errorPlateau();
    assertThat(error.degenerate()).isTrue();
    assertNoPlateau(error);
    assertThat(error.mean()).isPresent();
    assertThat(error.threshold()).isPresent();
    PlateauMeasures loss = summary.lossPlateau();
    assertThat(loss.degenerate()).isTrue();
    assertNoPlateau(loss);
    assertNear(loss.mean(), 2);
    assertThat(loss.threshold()).isEmpty();
    assertThat(summary.marks()).containsExactly(Mark.DEGENERATE);
  }

  @Test
  void aFailedTrainingGetsNoPlateau() {
    Curve curve = curve(at(0, 0.5, 1), new double[] {2, 1.5, 1}, new double[] {0.8, 0.8, 0.4});
    CurveSummary failed =
        CurveSummary.of(curve, new TrainingOutcome(0.8, 0.4), SummaryOptions.DEFAULT);
    CurveSummary learned =
        CurveSummary.of(curve, new TrainingOutcome(0.8, 0.399), SummaryOptions.DEFAULT);

    assertThat(failed.failedTraining()).isTrue();
    assertThat(failed.marks()).containsExactly(Mark.FAILED_TRAINING);
    assertNoPlateau(failed.errorPlateau());
    assertNoPlateau(failed.lossPlateau());
    assertThat(failed.segment().monotonicity()).isPresent();
    assertThat(learned.failedTraining()).isFalse();
    assertThat(learned.errorPlateau().start()).isPresent();
  }

  @Test
  void anUnmeasuredFinalErrorCountsAsFailed() {
    assertThat(new TrainingOutcome(0.8, Double.NaN).failed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aGridWithoutAnEndHasNoPlateau(int missing) {
    double[] alphas = missing == 0 ? at(0.1, 0.5, 1) : at(0, 0.5, 0.9);
    CurveSummary summary =
        summarize(curve(alphas, new double[] {2, 1, 0}, new double[] {0.8, 0.8, 0.1}));
    Mark mark = missing == 0 ? Mark.LACKS_ALPHA_ZERO : Mark.LACKS_ALPHA_ONE;

    assertThat(summary.marks()).containsExactly(mark);
    assertNoPlateau(summary.errorPlateau());
    assertNoPlateau(summary.lossPlateau());
    assertThat(summary.errorPlateau().mean()).isEmpty();
    assertNear(summary.errorPlateau().threshold(), 0.76);
    assertThat(summary.lossPlateau().threshold()).isEmpty();
    assertThat(summary.lossPlateau().thresholdMargin()).isEmpty();
  }

  @Test
  void onePointHasNoPlateau() {
    CurveSummary summary = summarize(errors(at(0), 0.8));

    assertThat(summary.marks()).containsExactly(Mark.LACKS_ALPHA_ONE);
    assertNoPlateau(summary.errorPlateau());
  }

  @Test
  void twoPointsHaveOne() {
    PlateauMeasures plateau = summarize(errors(at(0, 1), 0.8, 0)).errorPlateau();

    assertNear(plateau.contiguous(), 0.05);
    assertNear(plateau.halfDrop(), 0.5);
    assertNear(plateau.normalizedArea(), 0.5);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
  void aNonFiniteLossTakesTheLossPlateauAndLeavesTheErrors(double value) {
    CurveSummary summary =
        summarize(curve(at(0, 0.5, 1), new double[] {2, value, 0}, new double[] {0.8, 0.8, 0}));

    PlateauMeasures loss = summary.lossPlateau();
    assertThat(loss.marks()).containsExactly(Mark.NON_FINITE);
    assertThat(loss.nonFinitePoints()).isEqualTo(1);
    assertThat(loss.mean()).isEmpty();
    assertThat(loss.thresholdMargin()).isEmpty();
    assertNoPlateau(loss);
    assertThat(summary.errorPlateau().marks()).isEmpty();
    assertThat(summary.errorPlateau().nonFinitePoints()).isZero();
    assertNear(summary.errorPlateau().contiguous(), 0.525);
    assertThat(summary.nonFinitePoints()).isEqualTo(1);
  }

  @Test
  void aNonFiniteEndIsNotCalledDegenerate() {
    PlateauMeasures loss = summarize(losses(Double.NEGATIVE_INFINITY, 1, Double.NaN)).lossPlateau();

    assertThat(loss.marks()).containsExactly(Mark.NON_FINITE);
    assertThat(loss.nonFinitePoints()).isEqualTo(2);
  }

  @Test
  void oneClassHasNoReference() {
    TrainingOutcome outcome = TrainingOutcome.of(new long[] {0, 7}, 0);
    CurveSummary summary =
        CurveSummary.of(
            curve(at(0, 1), new double[] {1, 0}, new double[] {1, 0}),
            outcome,
            SummaryOptions.DEFAULT);

    assertThat(outcome.failed()).isFalse();
    assertThat(summary.errorPlateau().marks()).containsExactly(Mark.ONE_CLASS);
    assertThat(summary.errorPlateau().threshold()).isEmpty();
    assertNoPlateau(summary.errorPlateau());
    assertThat(summary.lossPlateau().marks()).isEmpty();
  }

  @Test
  void theReferenceIsTheErrorOfTheMostFrequentClass() {
    assertThat(TrainingOutcome.of(new long[] {10, 30, 0, 10}, 0).errorReference())
        .isCloseTo(0.4, ROUNDING);
    assertThat(TrainingOutcome.of(new long[] {10, 10, 10, 10}, 0).errorReference()).isEqualTo(0.75);
  }

  @Test
  void refusesQuantitiesOutsideTheirRanges() {
    assertField("classCounts", () -> TrainingOutcome.of(new long[] {0, 0}, 0));
    assertField("classCounts[1]", () -> TrainingOutcome.of(new long[] {5, -1}, 0));
    assertField("errorReference", () -> new TrainingOutcome(1, 0));
    assertField("errorReference", () -> new TrainingOutcome(Double.NaN, 0));
    assertField("finalError", () -> new TrainingOutcome(0.5, 1.5));
    assertField("plateauTolerance", () -> SummaryOptions.DEFAULT.withPlateauTolerance(1));
    assertField("plateauTolerance", () -> SummaryOptions.DEFAULT.withPlateauTolerance(Double.NaN));
    assertField(
        "monotonicityTolerance", () -> SummaryOptions.DEFAULT.withMonotonicityTolerance(-1));
    assertField("lossPrecision", () -> new SummaryOptions(0.05, 0, Double.POSITIVE_INFINITY));
  }

  private static void assertField(
      String field, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(CurveException.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  private static void assertNoPlateau(PlateauMeasures plateau) {
    assertThat(plateau.start()).isEmpty();
    assertThat(plateau.contiguous()).isEmpty();
    assertThat(plateau.last()).isEmpty();
    assertThat(plateau.halfDrop()).isEmpty();
    assertThat(plateau.normalizedArea()).isEmpty();
  }

  private static void assertNear(OptionalDouble actual, double expected) {
    assertThat(actual).isPresent();
    assertThat(actual.getAsDouble()).isCloseTo(expected, ROUNDING);
  }
}
