package io.plateau.core.curve;

import static io.plateau.core.curve.CurvesForTests.at;
import static io.plateau.core.curve.CurvesForTests.losses;
import static io.plateau.core.curve.CurvesForTests.summarize;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossShapeTest {

  @Test
  void seesARiseInTheLastInterval() {
    Monotonicity monotonicity = monotonicity(losses(2, 1, 1.5));

    assertThat(monotonicity.delta()).isEqualTo(0.5);
    assertThat(monotonicity.from()).hasValue(0.5);
    assertThat(monotonicity.to()).hasValue(1);
    assertThat(monotonicity.monotone()).isFalse();
  }

  @Test
  void seesARiseOverSeveralIntervalsWithADipBetween() {
    Monotonicity monotonicity = monotonicity(losses(3, 1, 2, 1.5, 4, 0));

    assertThat(monotonicity.delta()).isEqualTo(3);
    assertThat(monotonicity.from()).hasValue(0.2);
    assertThat(monotonicity.to()).hasValue(0.8);
  }

  @Test
  void prefersTheTightestPlaceOfARiseOnTies() {
    Monotonicity monotonicity = monotonicity(losses(1, 1, 2, 2, 1));

    assertThat(monotonicity.delta()).isEqualTo(1);
    assertThat(monotonicity.from()).hasValue(0.25);
    assertThat(monotonicity.to()).hasValue(0.5);
  }

  @Test
  void isMonotoneUpToTheTolerance() {
    Curve curve = losses(2, 1, 1.5);
    SummaryOptions options = SummaryOptions.DEFAULT.withMonotonicityTolerance(0.5);
    Monotonicity monotonicity =
        CurveSummary.of(curve, CurvesForTests.LEARNED, options)
            .segment()
            .monotonicity()
            .orElseThrow();

    assertThat(monotonicity.monotone()).isTrue();
    assertThat(monotonicity.tolerance()).isEqualTo(0.5);
  }

  @Test
  void readsConvexityOnANonUniformGrid() {
    // alpha^2 is convex on any grid; equal weights for unequal steps would say otherwise.
    double[] alphas = at(0, 0.01, 0.5, 0.51, 1);
    Convexity convexity = convexity(losses(alphas, 0, 0.0001, 0.25, 0.2601, 1));

    assertThat(convexity.convexShare()).hasValue(1);
    assertThat(convexity.underChordShare()).isEqualTo(1);
    assertThat(convexity.underChordShareInterior()).hasValue(1);
  }

  @Test
  void countsTheEndsInOneChordShareOnly() {
    Convexity convexity = convexity(losses(3, 2.5, 1.4, 0));

    assertThat(convexity.underChordShare()).isEqualTo(0.5);
    assertThat(convexity.underChordShareInterior()).hasValue(0);
    assertThat(convexity.convexShare()).hasValue(0);
    assertThat(convexity.convexUncertain()).isZero();
    assertThat(convexity.underChordUncertain()).isZero();
  }

  @Test
  void countsPointsThatFloat32CouldMoveAcrossTheLimit() {
    Convexity convexity = convexity(losses(3, 2.00001, 1, 0));

    assertThat(convexity.convexShare()).hasValue(0.5);
    assertThat(convexity.convexUncertain()).isEqualTo(2);
    assertThat(convexity.underChordUncertain()).isEqualTo(2);
  }

  @Test
  void namesThreeBarriers() {
    Barriers barriers = summarize(losses(2, 3, 1, 1)).segment().barriers().orElseThrow();

    assertThat(barriers.overMeanOfEnds()).isEqualTo(1.5);
    assertThat(barriers.overChord()).isCloseTo(4.0 / 3, within(1e-15));
    assertThat(barriers.overHigherEnd()).isEqualTo(1);
  }

  @Test
  void summarizesTheSegmentAndAllPointsApart() {
    CurveSummary summary = summarize(losses(at(-0.5, 0, 0.5, 1, 1.5), 5, 2, 1, 0, 4));

    assertThat(summary.segment().points()).isEqualTo(3);
    assertThat(summary.segment().first()).hasValue(0);
    assertThat(summary.segment().last()).hasValue(1);
    assertThat(summary.segment().monotonicity().orElseThrow().delta()).isZero();
    LossShape all = summary.allPoints().orElseThrow();
    assertThat(all.points()).isEqualTo(5);
    assertThat(all.first()).hasValue(-0.5);
    assertThat(all.last()).hasValue(1.5);
    assertThat(all.monotonicity().orElseThrow().delta()).isEqualTo(4);
    assertThat(all.barriers().orElseThrow().overMeanOfEnds()).isEqualTo(0.5);
  }

  @Test
  void hasNoSecondSummaryInsideTheSegment() {
    assertThat(summarize(losses(2, 1, 0)).allPoints()).isEmpty();
  }

  @Test
  void givesNoBarrierBetweenEndsThatWereNotMeasured() {
    LossShape shape = summarize(losses(at(0.25, 0.5, 1), 2, 3, 1)).segment();

    assertThat(shape.barriers()).isEmpty();
    assertThat(shape.first()).hasValue(0.25);
    assertThat(shape.monotonicity().orElseThrow().delta()).isEqualTo(1);
    assertThat(shape.convexity().orElseThrow().convexShare()).hasValue(0);
  }

  @Test
  void readsNothingOffOnePoint() {
    LossShape shape = summarize(losses(at(0), 2)).segment();

    assertThat(shape.points()).isEqualTo(1);
    assertThat(shape.first()).hasValue(0);
    assertThat(shape.last()).hasValue(0);
    assertThat(shape.monotonicity()).isEmpty();
    assertThat(shape.convexity()).isEmpty();
    assertThat(shape.barriers()).isEmpty();
  }

  @Test
  void readsNothingOffASegmentWithoutPoints() {
    CurveSummary summary = summarize(losses(at(1.25, 1.5), 2, 1));

    assertThat(summary.segment().points()).isZero();
    assertThat(summary.segment().first()).isEmpty();
    assertThat(summary.segment().monotonicity()).isEmpty();
    assertThat(summary.allPoints().orElseThrow().points()).isEqualTo(2);
    assertThat(summary.lossPlateau().mean()).isEmpty();
  }

  @Test
  void readsWhatTwoPointsTell() {
    LossShape shape = summarize(losses(1, 2)).segment();

    assertThat(shape.monotonicity().orElseThrow().delta()).isEqualTo(1);
    Convexity convexity = shape.convexity().orElseThrow();
    assertThat(convexity.convexShare()).isEmpty();
    assertThat(convexity.underChordShare()).isEqualTo(1);
    assertThat(convexity.underChordShareInterior()).isEmpty();
    Barriers barriers = shape.barriers().orElseThrow();
    assertThat(barriers).isEqualTo(new Barriers(0.5, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void givesNothingAcrossANonFiniteLoss(double value) {
    LossShape shape = summarize(losses(2, 1, value, 0.5, 0)).segment();

    assertThat(shape.points()).isEqualTo(5);
    assertThat(shape.nonFiniteLosses()).isEqualTo(1);
    assertThat(shape.monotonicity()).isEmpty();
    assertThat(shape.convexity()).isEmpty();
    assertThat(shape.barriers()).isEmpty();
  }

  @Test
  void aNonFiniteLossOutsideTheSegmentLeavesTheSegmentAlone() {
    CurveSummary summary = summarize(losses(at(0, 0.5, 1, 1.5), 2, 1, 0, Double.NaN));

    assertThat(summary.segment().monotonicity()).isPresent();
    assertThat(summary.segment().nonFiniteLosses()).isZero();
    assertThat(summary.allPoints().orElseThrow().monotonicity()).isEmpty();
    assertThat(summary.allPoints().orElseThrow().nonFiniteLosses()).isEqualTo(1);
    assertThat(summary.nonFinitePoints()).isEqualTo(1);
    assertThat(summary.marks()).containsExactly(Mark.DEGENERATE); // the errors, which are all 0
  }

  private static Monotonicity monotonicity(Curve curve) {
    return summarize(curve).segment().monotonicity().orElseThrow();
  }

  private static Convexity convexity(Curve curve) {
    return summarize(curve).segment().convexity().orElseThrow();
  }
}
