package io.plateau.core.curve;

import java.util.OptionalDouble;

/**
 * How convex the loss is. A point has a non-negative second divided difference iff it lies on or
 * under the line through its two neighbours, whatever the spacing.
 *
 * @param convexShare share of the interior points with a non-negative second divided difference;
 *     absent without an interior point
 * @param convexUncertain interior points so close to the line through their neighbours that the
 *     precision of the losses could decide otherwise
 * @param underChordShare share of all points on or under the chord from the first to the last
 *     point; the two ends count as on it
 * @param underChordShareInterior the same share of the interior points; absent without one
 * @param underChordUncertain interior points as close to the chord
 */
public record Convexity(
    OptionalDouble convexShare,
    int convexUncertain,
    double underChordShare,
    OptionalDouble underChordShareInterior,
    int underChordUncertain) {

  static Convexity of(PiecewiseLinear loss, double precision) {
    int last = loss.size() - 1;
    int convex = 0;
    int convexUncertain = 0;
    int under = 0;
    int underUncertain = 0;
    for (int i = 1; i < last; i++) {
      convex += loss.onOrUnderChord(i - 1, i + 1, i) ? 1 : 0;
      convexUncertain += uncertain(loss, i - 1, i + 1, i, precision) ? 1 : 0;
      under += loss.onOrUnderChord(0, last, i) ? 1 : 0;
      underUncertain += uncertain(loss, 0, last, i, precision) ? 1 : 0;
    }
    int interior = last - 1;
    return new Convexity(
        share(convex, interior),
        convexUncertain,
        (under + 2.0) / loss.size(),
        share(under, interior),
        underUncertain);
  }

  private static boolean uncertain(
      PiecewiseLinear loss, int from, int to, int i, double precision) {
    double chord = loss.chord(from, to, i);
    double scale =
        Math.max(
            Math.max(1, Math.abs(loss.value(i))),
            Math.max(Math.abs(loss.value(from)), Math.abs(loss.value(to))));
    // The point and the line may each be off by the precision.
    return Math.abs(loss.value(i) - chord) <= 2 * precision * scale;
  }

  private static OptionalDouble share(int count, int of) {
    return of == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) count / of);
  }
}
