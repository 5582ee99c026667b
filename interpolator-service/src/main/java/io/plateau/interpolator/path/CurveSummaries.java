package io.plateau.interpolator.path;

import io.plateau.core.curve.Curve;
import io.plateau.core.curve.CurvePoint;
import io.plateau.core.curve.CurveSummary;
import io.plateau.core.curve.SummaryOptions;
import io.plateau.core.curve.TrainingOutcome;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.translation.CurveSummaryTranslation;
import java.util.List;

/** Sums up the curves of an evaluation. */
final class CurveSummaries {
  private CurveSummaries() {}

  /**
   * The summary of one scheme.
   *
   * @param points of that scheme
   */
  static io.plateau.proto.common.v1.CurveSummary of(
      int schemeIndex,
      List<FinishedPoint> points,
      TrainingOutcome outcome,
      SummaryOptions options) {
    Curve curve =
        Curve.of(
            points.stream()
                .map(point -> new CurvePoint(point.alpha(), point.loss(), point.error()))
                .toList());
    return CurveSummaryTranslation.toProto(CurveSummary.of(curve, outcome, options), schemeIndex);
  }

  static long[] counts(List<Integer> classCounts) {
    return classCounts.stream().mapToLong(Integer::longValue).toArray();
  }

  static PlateauException trainingFailed(TrainingOutcome outcome) {
    return PlateauException.builder(
            Reason.TRAINING_FAILED,
            "The training of the second end failed: its error "
                + outcome.finalError()
                + " is not below half of "
                + outcome.errorReference()
                + ", the error of guessing one class. Set failed_training to"
                + " FAILED_TRAINING_HANDLING_MARK to evaluate all the same.")
        .metadata("error", outcome.finalError())
        .metadata("reference", outcome.errorReference())
        .build();
  }
}
