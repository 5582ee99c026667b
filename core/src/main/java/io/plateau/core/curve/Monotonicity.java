package io.plateau.core.curve;

import java.util.OptionalDouble;

/**
 * The largest rise of the loss, Delta = max over i &lt; j of L_j - L_i, or 0 if it never rises. The
 * curve is monotone iff Delta &lt;= tolerance. (The losses 2, 1, 1.5 rise by 0.5 in the last
 * interval.)
 *
 * @param delta the largest rise, in nats, at least 0
 * @param from alpha of the low point, the last one if several are as low; absent if delta is 0
 * @param to alpha of the high point after it, the first one if several are as high; absent if delta
 *     is 0
 * @param monotone whether delta is at most the tolerance
 * @param tolerance the tolerance used, in nats
 */
public record Monotonicity(
    double delta, OptionalDouble from, OptionalDouble to, boolean monotone, double tolerance) {

  static Monotonicity of(PiecewiseLinear loss, double tolerance) {
    double delta = 0;
    OptionalDouble from = OptionalDouble.empty();
    OptionalDouble to = OptionalDouble.empty();
    int lowest = 0;
    for (int i = 1; i < loss.size(); i++) {
      double rise = loss.value(i) - loss.value(lowest);
      if (rise > delta) {
        delta = rise;
        from = OptionalDouble.of(loss.alpha(lowest));
        to = OptionalDouble.of(loss.alpha(i));
      }
      if (rise <= 0) {
        lowest = i;
      }
    }
    return new Monotonicity(delta, from, to, delta <= tolerance, tolerance);
  }
}
