package io.plateau.cli.report;

import io.plateau.cli.render.NumberText;
import java.util.ArrayList;
import java.util.List;

/**
 * One axis of a chart: its range and where its ticks stand.
 *
 * @param min the first value; above 0 on a logarithmic axis
 * @param max the last value, above min
 * @param log whether equal steps are equal ratios
 * @param ticks values within the range
 */
record Axis(double min, double max, boolean log, List<Double> ticks) {
  private static final double LARGEST = 1e300;

  /** A linear axis with exactly this range. */
  static Axis exactly(double min, double max, int ticks) {
    double[] range = opened(min, max);
    return new Axis(range[0], range[1], false, ticksWithin(range[0], range[1], ticks));
  }

  /** A linear axis from round number to round number around the range. */
  static Axis around(double min, double max, int ticks) {
    double[] range = opened(min, max);
    double step = step(range[0], range[1], ticks);
    double low = Math.floor(range[0] / step + 1e-9) * step;
    double high = Math.ceil(range[1] / step - 1e-9) * step;
    return new Axis(low, high, false, ticksWithin(low, high, ticks));
  }

  /** A logarithmic axis of whole decades around the range, which must be above 0. */
  static Axis decades(double min, double max) {
    double low = Math.floor(Math.log10(Math.max(min, 1e-300)) + 1e-9);
    double high = Math.max(Math.ceil(Math.log10(Math.min(max, LARGEST)) - 1e-9), low + 1);
    int every = (int) Math.max(1, Math.ceil((high - low) / 8));
    List<Double> ticks = new ArrayList<>();
    for (double power = low; power <= high; power += every) {
      ticks.add(Math.pow(10, power));
    }
    return new Axis(Math.pow(10, low), Math.pow(10, high), true, List.copyOf(ticks));
  }

  /** How far along the axis a value stands, 0 to 1 within the range. */
  double share(double value) {
    return log
        ? (Math.log(value) - Math.log(min)) / (Math.log(max) - Math.log(min))
        : (value - min) / (max - min);
  }

  boolean contains(double value) {
    return value >= min && value <= max;
  }

  String tickText(double tick) {
    return NumberText.significant(tick, 6);
  }

  private static double[] opened(double min, double max) {
    double low = Double.isFinite(min) ? Math.max(-LARGEST, Math.min(LARGEST, min)) : 0;
    double high = Double.isFinite(max) ? Math.max(-LARGEST, Math.min(LARGEST, max)) : 1;
    double least = Math.max(Math.abs(low), Math.abs(high)) * 1e-6;
    // Below this, a step between two ticks is no number any more.
    if (!(high - low > Math.max(least, 1e-290))) {
      double margin = Math.abs(low) < 1e-280 ? 0.5 : Math.abs(low) * 0.1;
      return new double[] {low - margin, high + margin};
    }
    return new double[] {low, high};
  }

  private static double step(double min, double max, int ticks) {
    double rough = (max - min) / ticks;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double mantissa = rough / power;
    return power * (mantissa <= 1 ? 1 : mantissa <= 2 ? 2 : mantissa <= 5 ? 5 : 10);
  }

  private static List<Double> ticksWithin(double min, double max, int about) {
    double step = step(min, max, about);
    List<Double> ticks = new ArrayList<>();
    long first = (long) Math.ceil(min / step - 1e-9);
    long last = (long) Math.floor(max / step + 1e-9);
    for (long i = first; i <= last; i++) {
      ticks.add(i * step);
    }
    return List.copyOf(ticks);
  }
}
