package io.plateau.core.curve;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Monotonicity, convexity and barriers of the loss over a range of points. All three are absent
 * with fewer than two points or with any non-finite loss: a maximum over what is left would hide
 * it.
 *
 * @param points number of points in the range
 * @param nonFiniteLosses how many of them have a NaN or an infinity for a loss
 * @param first smallest alpha of the range; absent without a point
 * @param last largest alpha of the range; absent without a point
 * @param monotonicity largest rise
 * @param convexity convex shares; its chord goes from first to last
 * @param barriers barriers between first and last; absent too for [0, 1] where the grid lacks 0 or
 *     1, since the path's ends are then unknown
 */
public record LossShape(
    int points,
    int nonFiniteLosses,
    OptionalDouble first,
    OptionalDouble last,
    Optional<Monotonicity> monotonicity,
    Optional<Convexity> convexity,
    Optional<Barriers> barriers) {

  static LossShape ofSegment(Curve curve, SummaryOptions options) {
    PiecewiseLinear loss = curve.segmentLoss();
    return of(loss, loss.startsAtZero() && loss.endsAtOne(), options);
  }

  static LossShape ofAllPoints(Curve curve, SummaryOptions options) {
    return of(curve.loss(), true, options);
  }

  private static LossShape of(PiecewiseLinear loss, boolean endsKnown, SummaryOptions options) {
    int size = loss.size();
    int nonFinite = loss.nonFinite();
    Optional<PiecewiseLinear> usable = Optional.of(loss).filter(any -> size >= 2 && nonFinite == 0);
    return new LossShape(
        size,
        nonFinite,
        size == 0 ? OptionalDouble.empty() : OptionalDouble.of(loss.alpha(0)),
        size == 0 ? OptionalDouble.empty() : OptionalDouble.of(loss.alpha(size - 1)),
        usable.map(finite -> Monotonicity.of(finite, options.monotonicityTolerance())),
        usable.map(finite -> Convexity.of(finite, options.lossPrecision())),
        usable.filter(finite -> endsKnown).map(Barriers::of));
  }
}
