package io.plateau.core.curve;

import java.util.Collections;
import java.util.EnumSet;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The measures of a plateau over [0, 1], each under its own name, for the error or for the loss.
 * Any mark makes start, contiguous, last, halfDrop and normalizedArea absent. Without a mark, an
 * absent start means that the value is nowhere at its threshold: there is no plateau, though there
 * may be a half-drop.
 *
 * @param threshold (1 - tol) * reference for the error, L(0) - tol * (L(0) - L(1)) for the loss;
 *     absent where that is undefined
 * @param thresholdMargin least distance of a grid value from the threshold: how firm the measures
 *     are
 * @param start first alpha at which the value is at or above the threshold
 * @param contiguous where the value first falls below the threshold after start; the last alpha if
 *     it never does
 * @param last largest alpha at which the value is at or above the threshold
 * @param halfDrop first alpha at which the value is at or below (value(0) + value(1)) / 2
 * @param normalizedArea (mean - value(1)) / (value(0) - value(1))
 * @param mean mean over [0, 1] by trapezoids; absent where the grid lacks an end or a value is not
 *     finite
 * @param nonFinitePoints points in [0, 1] at which the value is a NaN or an infinity
 * @param marks why measures are absent; empty if the plateau was measured
 */
public record PlateauMeasures(
    OptionalDouble threshold,
    OptionalDouble thresholdMargin,
    OptionalDouble start,
    OptionalDouble contiguous,
    OptionalDouble last,
    OptionalDouble halfDrop,
    OptionalDouble normalizedArea,
    OptionalDouble mean,
    int nonFinitePoints,
    Set<Mark> marks) {

  /** Copies the marks. */
  public PlateauMeasures {
    Set<Mark> copy = EnumSet.noneOf(Mark.class);
    copy.addAll(marks);
    marks = Collections.unmodifiableSet(copy);
  }

  /** Whether value(0) is not above value(1). */
  public boolean degenerate() {
    return marks.contains(Mark.DEGENERATE);
  }

  static PlateauMeasures ofError(Curve curve, TrainingOutcome outcome, SummaryOptions options) {
    PiecewiseLinear error = curve.segmentError();
    Set<Mark> marks = marks(error, outcome);
    OptionalDouble threshold = OptionalDouble.empty();
    if (outcome.oneClass()) {
      marks.add(Mark.ONE_CLASS);
    } else {
      threshold = OptionalDouble.of((1 - options.plateauTolerance()) * outcome.errorReference());
    }
    return of(error, threshold, marks);
  }

  static PlateauMeasures ofLoss(Curve curve, TrainingOutcome outcome, SummaryOptions options) {
    PiecewiseLinear loss = curve.segmentLoss();
    Set<Mark> marks = marks(loss, outcome);
    OptionalDouble threshold = OptionalDouble.empty();
    if (endsFinite(loss) && !marks.contains(Mark.DEGENERATE)) {
      threshold =
          OptionalDouble.of(
              loss.first() - options.plateauTolerance() * (loss.first() - loss.last()));
    }
    return of(loss, threshold, marks);
  }

  private static Set<Mark> marks(PiecewiseLinear value, TrainingOutcome outcome) {
    Set<Mark> marks = EnumSet.noneOf(Mark.class);
    if (endsFinite(value) && value.first() <= value.last()) {
      marks.add(Mark.DEGENERATE);
    }
    if (outcome.failed()) {
      marks.add(Mark.FAILED_TRAINING);
    }
    if (value.nonFinite() > 0) {
      marks.add(Mark.NON_FINITE);
    }
    if (!value.startsAtZero()) {
      marks.add(Mark.LACKS_ALPHA_ZERO);
    }
    if (!value.endsAtOne()) {
      marks.add(Mark.LACKS_ALPHA_ONE);
    }
    return marks;
  }

  private static boolean endsFinite(PiecewiseLinear value) {
    return value.startsAtZero()
        && value.endsAtOne()
        && Double.isFinite(value.first())
        && Double.isFinite(value.last());
  }

  private static PlateauMeasures of(
      PiecewiseLinear value, OptionalDouble threshold, Set<Mark> marks) {
    OptionalDouble none = OptionalDouble.empty();
    OptionalDouble margin =
        threshold.isPresent() && value.size() > 0 && value.nonFinite() == 0
            ? OptionalDouble.of(value.margin(threshold.getAsDouble()))
            : none;
    OptionalDouble mean =
        endsFinite(value) && value.nonFinite() == 0 ? OptionalDouble.of(value.mean()) : none;
    if (!marks.isEmpty()) {
      return new PlateauMeasures(
          threshold, margin, none, none, none, none, none, mean, value.nonFinite(), marks);
    }
    double level = threshold.getAsDouble();
    double drop = value.first() - value.last();
    return new PlateauMeasures(
        threshold,
        margin,
        value.firstAtOrAbove(level),
        value.endOfFirstRunAtOrAbove(level),
        value.lastAtOrAbove(level),
        value.firstAtOrBelow((value.first() + value.last()) / 2),
        OptionalDouble.of((mean.getAsDouble() - value.last()) / drop),
        mean,
        value.nonFinite(),
        marks);
  }
}
