package io.plateau.core.curve;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Short ways to write down curves. */
final class CurvesForTests {
  static final TrainingOutcome LEARNED = new TrainingOutcome(0.8, 0);

  private CurvesForTests() {}

  /** Losses at equally spaced alphas from 0 to 1, with errors of 0. */
  static Curve losses(double... losses) {
    double[] alphas =
        IntStream.range(0, losses.length).mapToDouble(i -> i / (losses.length - 1.0)).toArray();
    return curve(alphas, losses, new double[losses.length]);
  }

  /** Losses at given alphas, with errors of 0. */
  static Curve losses(double[] alphas, double... losses) {
    return curve(alphas, losses, new double[losses.length]);
  }

  /** Errors at given alphas, with losses of 0. */
  static Curve errors(double[] alphas, double... errors) {
    return curve(alphas, new double[errors.length], errors);
  }

  static Curve curve(double[] alphas, double[] losses, double[] errors) {
    List<CurvePoint> points =
        IntStream.range(0, alphas.length)
            .mapToObj(i -> new CurvePoint(alphas[i], losses[i], errors[i]))
            .toList();
    return Curve.of(points);
  }

  static double[] at(double... alphas) {
    return DoubleStream.of(alphas).toArray();
  }

  static CurveSummary summarize(Curve curve) {
    return CurveSummary.of(curve, LEARNED, SummaryOptions.DEFAULT);
  }
}
