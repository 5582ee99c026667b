package io.plateau.core.curve;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Points of one scheme, sorted by alpha, each alpha once. Points with a non-finite loss or error
 * belong to the curve: dropping them would hide them.
 */
public final class Curve {

  /** Least distance of two alphas of a curve; nearer ones count as duplicates. */
  public static final double MIN_SPACING = 1e-9;

  private final List<CurvePoint> points;

  private Curve(List<CurvePoint> points) {
    this.points = points;
  }

  /**
   * Sorts points into a curve.
   *
   * @param points at least one, in any order
   * @throws CurveException if there is no point, or two alphas lie nearer than {@link #MIN_SPACING}
   */
  public static Curve of(Collection<CurvePoint> points) {
    if (points.isEmpty()) {
      throw new CurveException("points", "a curve needs at least one point");
    }
    List<CurvePoint> sorted = new ArrayList<>(points);
    sorted.sort(Comparator.comparingDouble(CurvePoint::alpha));
    for (int i = 1; i < sorted.size(); i++) {
      double previous = sorted.get(i - 1).alpha();
      double alpha = sorted.get(i).alpha();
      if (alpha - previous < MIN_SPACING) {
        throw new CurveException(
            "points",
            "alphas must be "
                + MIN_SPACING
                + " or more apart, but "
                + previous
                + " and "
                + alpha
                + " are not; leave one of them out");
      }
    }
    return new Curve(List.copyOf(sorted));
  }

  /** The points by ascending alpha, at least one. */
  public List<CurvePoint> points() {
    return points;
  }

  /** Whether some point lies outside [0, 1]. */
  public boolean leavesSegment() {
    return points.stream().anyMatch(point -> !inSegment(point.alpha()));
  }

  /** Number of points whose loss or error is not finite. */
  public int nonFinitePoints() {
    return (int) points.stream().filter(point -> !point.isFinite()).count();
  }

  /** The loss as a function of alpha over all points. */
  PiecewiseLinear loss() {
    return new PiecewiseLinear(
        points.stream().mapToDouble(CurvePoint::alpha).toArray(),
        points.stream().mapToDouble(CurvePoint::loss).toArray());
  }

  /** The loss over the points in [0, 1]. */
  PiecewiseLinear segmentLoss() {
    return new PiecewiseLinear(
        segmentAlphas(), inSegment().stream().mapToDouble(CurvePoint::loss).toArray());
  }

  /** The error over the points in [0, 1]. */
  PiecewiseLinear segmentError() {
    return new PiecewiseLinear(
        segmentAlphas(), inSegment().stream().mapToDouble(CurvePoint::error).toArray());
  }

  private List<CurvePoint> inSegment() {
    return points.stream().filter(point -> inSegment(point.alpha())).toList();
  }

  private double[] segmentAlphas() {
    return inSegment().stream().mapToDouble(point -> snapToEnd(point.alpha())).toArray();
  }

  // A grid summed up in steps of 0.1 ends at 0.9999999999999999: that point is the end.
  private static boolean inSegment(double alpha) {
    double snapped = snapToEnd(alpha);
    return 0 <= snapped && snapped <= 1;
  }

  private static double snapToEnd(double alpha) {
    if (Math.abs(alpha) < MIN_SPACING / 2) {
      return 0;
    }
    return Math.abs(alpha - 1) < MIN_SPACING / 2 ? 1 : alpha;
  }
}
