package io.plateau.cli.report;

import io.plateau.cli.render.SchemeName;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.PathResult;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What several sections read from the curves of a result. */
final class Curves {
  private Curves() {}

  /** All alphas of all curves, from the least to the greatest. */
  static Axis alphas(PathResult result) {
    return alphas(List.of(result));
  }

  static Axis alphas(List<PathResult> results) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (PathResult result : results) {
      for (Curve curve : result.getCurvesList()) {
        for (Point point : curve.getPointsList()) {
          min = Math.min(min, point.getAlpha());
          max = Math.max(max, point.getAlpha());
        }
      }
    }
    return Axis.exactly(min, max, 10);
  }

  /** An axis from 0 (or below, if a value is) around all finite values. */
  static Axis values(List<Series> series, int ticks) {
    double min = 0;
    double max = 0;
    for (Series one : series) {
      for (Series.XY point : one.points()) {
        if (Double.isFinite(point.y())) {
          min = Math.min(min, point.y());
          max = Math.max(max, point.y());
        }
      }
    }
    return min == 0 && max == 0 ? Axis.exactly(0, 1, ticks) : Axis.around(min, max, ticks);
  }

  static Series series(Curve curve, ToDoubleFunction<Point> value, String suffix, int style) {
    Series.Collector collector = new Series.Collector();
    for (Point point : curve.getPointsList()) {
      collector.add(point.getAlpha(), value.applyAsDouble(point));
    }
    return collector.named(SchemeName.of(curve.getScheme()) + suffix, style);
  }

  /**
   * The curve's value at an alpha between its points, by straight lines; not a number outside them.
   */
  static double valueAt(List<Series.XY> points, double x) {
    for (int i = 0; i < points.size(); i++) {
      if (points.get(i).x() == x) {
        return points.get(i).y();
      }
      if (i > 0 && points.get(i - 1).x() < x && x < points.get(i).x()) {
        Series.XY a = points.get(i - 1);
        Series.XY b = points.get(i);
        return a.y() + (x - a.x()) / (b.x() - a.x()) * (b.y() - a.y());
      }
    }
    return Double.NaN;
  }

  static boolean hasSplit(Curve curve) {
    return curve.getPointsList().stream().anyMatch(Point::hasLastLayerSplit);
  }

  /** The class of the largest last bias at the last alpha that has a split. */
  static int topClassAtTheEnd(Curve curve) {
    for (int i = curve.getPointsCount() - 1; i >= 0; i--) {
      if (curve.getPoints(i).hasLastLayerSplit()) {
        return curve.getPoints(i).getLastLayerSplit().getTopClass();
      }
    }
    return -1;
  }

  /** "class 3", with its name where the data have names. */
  static String className(PathResult result, int classIndex) {
    List<String> names = result.getProvenance().getDataset().getClassNamesList();
    return classIndex < names.size() && !names.get(classIndex).isEmpty()
        ? "class " + classIndex + ", " + names.get(classIndex)
        : "class " + classIndex;
  }
}
