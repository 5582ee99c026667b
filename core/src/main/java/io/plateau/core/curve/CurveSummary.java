package io.plateau.core.curve;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What is read off one curve. Nothing is extrapolated: a grid without 0 or 1 leaves absent what
 * needs that end. A non-finite loss leaves absent whatever is read off the losses of its range, a
 * non-finite error whatever is read off the errors; each part counts its own.
 *
 * @param segment the loss over the points in [0, 1]
 * @param allPoints the loss over all points; present iff the grid leaves [0, 1]
 * @param errorPlateau plateau of the error over [0, 1]
 * @param lossPlateau plateau of the loss over [0, 1]
 * @param nonFinitePoints points of the whole curve with a non-finite loss or error
 * @param outcome the error reference and the error at theta1 that were used
 * @param options the tolerances that were used
 */
public record CurveSummary(
    LossShape segment,
    Optional<LossShape> allPoints,
    PlateauMeasures errorPlateau,
    PlateauMeasures lossPlateau,
    int nonFinitePoints,
    TrainingOutcome outcome,
    SummaryOptions options) {

  /** Summarizes a curve. */
  public static CurveSummary of(Curve curve, TrainingOutcome outcome, SummaryOptions options) {
    return new CurveSummary(
        LossShape.ofSegment(curve, options),
        curve.leavesSegment()
            ? Optional.of(LossShape.ofAllPoints(curve, options))
            : Optional.empty(),
        PlateauMeasures.ofError(curve, outcome, options),
        PlateauMeasures.ofLoss(curve, outcome, options),
        curve.nonFinitePoints(),
        outcome,
        options);
  }

  /** Whether the training failed, so that neither plateau is given. */
  public boolean failedTraining() {
    return outcome.failed();
  }

  /** The marks of both plateaus together. */
  public Set<Mark> marks() {
    Set<Mark> marks = EnumSet.noneOf(Mark.class);
    marks.addAll(errorPlateau.marks());
    marks.addAll(lossPlateau.marks());
    return Collections.unmodifiableSet(marks);
  }
}
