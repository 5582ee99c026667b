package io.plateau.cli.report;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of a chart.
 *
 * @param name what the legend and the table call it
 * @param style its colour, dash and marker, from 0; equal things have equal styles in every figure
 * @param points its points by ascending x; a value that is not finite breaks the line and is marked
 * @param rings further points drawn as rings on the line
 */
record Series(String name, int style, List<XY> points, List<XY> rings) {
  /** A point in the chart's units. */
  record XY(double x, double y) {}

  /** Collects points in order. */
  static final class Collector {
    private final List<XY> points = new ArrayList<>();

    void add(double x, double y) {
      points.add(new XY(x, y));
    }

    boolean isEmpty() {
      return points.isEmpty();
    }

    Series named(String name, int style) {
      return new Series(name, style, List.copyOf(points), List.of());
    }
  }

  Series withRings(List<XY> rings) {
    return new Series(name, style, points, List.copyOf(rings));
  }
}
