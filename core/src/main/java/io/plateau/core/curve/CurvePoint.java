package io.plateau.core.curve;

/**
 * Loss and error at one place of a path.
 *
 * @param alpha place on the path, finite; 0 is theta0, 1 is theta1
 * @param loss mean cross-entropy in nats; a NaN or an infinity is kept as it was measured
 * @param error share of misclassified samples in [0, 1], or NaN where it could not be measured
 */
public record CurvePoint(double alpha, double loss, double error) {

  /**
   * Checks the ranges.
   *
   * @throws CurveException if alpha is not finite, or the error is a number outside [0, 1]
   */
  public CurvePoint {
    if (!Double.isFinite(alpha)) {
      throw new CurveException("alpha", "must be finite, is " + alpha);
    }
    if (error < 0 || error > 1) {
      throw new CurveException("error", "must be in [0, 1] or NaN, is " + error);
    }
    alpha += 0.0; // -0.0 becomes 0.0
  }

  /** Whether both the loss and the error are finite. */
  public boolean isFinite() {
    return Double.isFinite(loss) && Double.isFinite(error);
  }
}
