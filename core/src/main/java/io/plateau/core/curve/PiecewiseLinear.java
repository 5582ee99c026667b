package io.plateau.core.curve;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * A function of alpha given by values at ascending alphas, with straight lines in between and no
 * value elsewhere. Levels are compared up to float64 rounding, so that an error of 57/80 stands at
 * a threshold of 0.95 * 0.75.
 */
final class PiecewiseLinear {
  private static final double ROUNDING = 1e-12;

  private final double[] alphas;
  private final double[] values;

  PiecewiseLinear(double[] alphas, double[] values) {
    this.alphas = alphas;
    this.values = values;
  }

  int size() {
    return values.length;
  }

  double alpha(int i) {
    return alphas[i];
  }

  double value(int i) {
    return values[i];
  }

  double first() {
    return values[0];
  }

  double last() {
    return values[values.length - 1];
  }

  double max() {
    return Arrays.stream(values).max().orElseThrow();
  }

  int nonFinite() {
    return (int) Arrays.stream(values).filter(value -> !Double.isFinite(value)).count();
  }

  boolean startsAtZero() {
    return size() > 0 && alphas[0] == 0;
  }

  boolean endsAtOne() {
    return size() > 0 && alphas[size() - 1] == 1;
  }

  /** The height at point i of the straight line through the points from and to. */
  double chord(int from, int to, int i) {
    double share = (alphas[i] - alphas[from]) / (alphas[to] - alphas[from]);
    return (1 - share) * values[from] + share * values[to];
  }

  /** Whether point i lies on or under the straight line through the points from and to. */
  boolean onOrUnderChord(int from, int to, int i) {
    double chord = chord(from, to, i);
    return values[i] <= chord + slack(chord);
  }

  /** Mean by trapezoids over the alphas from the first to the last. */
  double mean() {
    double area = 0;
    for (int i = 1; i < size(); i++) {
      area += (alphas[i] - alphas[i - 1]) * (values[i] + values[i - 1]) / 2;
    }
    return area / (alphas[size() - 1] - alphas[0]);
  }

  /** Least distance of a given value from the level. */
  double margin(double level) {
    return Arrays.stream(values).map(value -> Math.abs(value - level)).min().orElseThrow();
  }

  /** The first alpha at which the function is at or above the level. */
  OptionalDouble firstAtOrAbove(double level) {
    for (int i = 0; i < size(); i++) {
      if (atOrAbove(i, level)) {
        return OptionalDouble.of(i == 0 ? alphas[0] : crossing(i - 1, level));
      }
    }
    return OptionalDouble.empty();
  }

  /** Where the function, once at or above the level, first falls below it; else the last alpha. */
  OptionalDouble endOfFirstRunAtOrAbove(double level) {
    boolean reached = false;
    for (int i = 0; i < size(); i++) {
      boolean above = atOrAbove(i, level);
      if (reached && !above) {
        return OptionalDouble.of(crossing(i - 1, level));
      }
      reached |= above;
    }
    return reached ? OptionalDouble.of(alphas[size() - 1]) : OptionalDouble.empty();
  }

  /** The largest alpha at which the function is at or above the level. */
  OptionalDouble lastAtOrAbove(double level) {
    for (int i = size() - 1; i >= 0; i--) {
      if (atOrAbove(i, level)) {
        return OptionalDouble.of(i == size() - 1 ? alphas[i] : crossing(i, level));
      }
    }
    return OptionalDouble.empty();
  }

  /** The first alpha at which the function is at or below the level. */
  OptionalDouble firstAtOrBelow(double level) {
    for (int i = 0; i < size(); i++) {
      if (values[i] <= level + slack(level)) {
        return OptionalDouble.of(i == 0 ? alphas[0] : crossing(i - 1, level));
      }
    }
    return OptionalDouble.empty();
  }

  private boolean atOrAbove(int i, double level) {
    return values[i] >= level - slack(level);
  }

  private static double slack(double level) {
    return ROUNDING * Math.max(1, Math.abs(level));
  }

  private double crossing(int i, double level) {
    double share = (level - values[i]) / (values[i + 1] - values[i]);
    double clamped = Math.min(1, Math.max(0, share));
    return (1 - clamped) * alphas[i] + clamped * alphas[i + 1];
  }
}
