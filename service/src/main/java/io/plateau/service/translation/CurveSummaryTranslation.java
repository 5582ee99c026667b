package io.plateau.service.translation;

import io.plateau.core.curve.CurveSummary;
import io.plateau.core.curve.LossShape;
import io.plateau.core.curve.Mark;
import io.plateau.core.curve.PlateauMeasures;
import io.plateau.proto.common.v1.Barriers;
import io.plateau.proto.common.v1.Convexity;
import io.plateau.proto.common.v1.Monotonicity;
import io.plateau.proto.common.v1.Plateau;
import io.plateau.proto.common.v1.PlateauMark;
import io.plateau.proto.common.v1.ShapeSummary;

/** What is read off a curve. What is undefined is absent, never 0. */
public final class CurveSummaryTranslation {
  private CurveSummaryTranslation() {}

  /**
   * A summary.
   *
   * @param schemeIndex place of the curve's scheme in the request
   */
  public static io.plateau.proto.common.v1.CurveSummary toProto(
      CurveSummary summary, int schemeIndex) {
    io.plateau.proto.common.v1.CurveSummary.Builder message =
        io.plateau.proto.common.v1.CurveSummary.newBuilder()
            .setSchemeIndex(schemeIndex)
            .setSegment(toProto(summary.segment()))
            .setErrorPlateau(toProto(summary.errorPlateau()))
            .setLossPlateau(toProto(summary.lossPlateau()))
            .setErrorReference(summary.outcome().errorReference())
            .setOptions(SummaryOptionsTranslation.toProto(summary.options()))
            .setNonFinitePoints(summary.nonFinitePoints())
            .setFailedTraining(summary.failedTraining());
    summary.allPoints().ifPresent(shape -> message.setAllPoints(toProto(shape)));
    // Core's NaN says that it was not measured.
    if (!Double.isNaN(summary.outcome().finalError())) {
      message.setFinalError(summary.outcome().finalError());
    }
    return message.build();
  }

  private static ShapeSummary toProto(LossShape shape) {
    ShapeSummary.Builder message =
        ShapeSummary.newBuilder()
            .setPoints(shape.points())
            .setNonFiniteLosses(shape.nonFiniteLosses());
    shape.first().ifPresent(message::setFirstAlpha);
    shape.last().ifPresent(message::setLastAlpha);
    shape
        .monotonicity()
        .ifPresent(
            found -> {
              Monotonicity.Builder monotonicity =
                  message
                      .getMonotonicityBuilder()
                      .setDrawUp(found.delta())
                      .setTolerance(found.tolerance())
                      .setMonotone(found.monotone());
              found.from().ifPresent(monotonicity::setDrawUpFrom);
              found.to().ifPresent(monotonicity::setDrawUpTo);
            });
    shape
        .convexity()
        .ifPresent(
            found -> {
              Convexity.Builder convexity =
                  message
                      .getConvexityBuilder()
                      .setUnderChordShare(found.underChordShare())
                      .setConvexUncertain(found.convexUncertain())
                      .setUnderChordUncertain(found.underChordUncertain());
              found.convexShare().ifPresent(convexity::setConvexShare);
              found.underChordShareInterior().ifPresent(convexity::setUnderChordShareInterior);
            });
    shape
        .barriers()
        .ifPresent(
            found ->
                message.setBarriers(
                    Barriers.newBuilder()
                        .setAboveMeanOfEnds(found.overMeanOfEnds())
                        .setAboveChord(found.overChord())
                        .setAboveMaxOfEnds(found.overHigherEnd())));
    return message.build();
  }

  private static Plateau toProto(PlateauMeasures plateau) {
    Plateau.Builder message =
        Plateau.newBuilder()
            .addAllMarks(
                plateau.marks().stream().map(CurveSummaryTranslation::toProto).sorted().toList())
            .setNonFinitePoints(plateau.nonFinitePoints());
    plateau.threshold().ifPresent(message::setThreshold);
    plateau.thresholdMargin().ifPresent(message::setThresholdMargin);
    plateau.start().ifPresent(message::setStart);
    plateau.contiguous().ifPresent(message::setContiguousEnd);
    plateau.last().ifPresent(message::setLastEnd);
    plateau.halfDrop().ifPresent(message::setHalfDrop);
    plateau.normalizedArea().ifPresent(message::setNormalizedArea);
    plateau.mean().ifPresent(message::setMeanValue);
    return message.build();
  }

  static PlateauMark toProto(Mark mark) {
    return switch (mark) {
      case DEGENERATE -> PlateauMark.PLATEAU_MARK_DEGENERATE;
      case FAILED_TRAINING -> PlateauMark.PLATEAU_MARK_FAILED_TRAINING;
      case NON_FINITE -> PlateauMark.PLATEAU_MARK_NON_FINITE;
      case LACKS_ALPHA_ZERO -> PlateauMark.PLATEAU_MARK_LACKS_ALPHA_ZERO;
      case LACKS_ALPHA_ONE -> PlateauMark.PLATEAU_MARK_LACKS_ALPHA_ONE;
      case ONE_CLASS -> PlateauMark.PLATEAU_MARK_ONE_CLASS;
    };
  }
}
