package io.plateau.core.curve;

/**
 * The tolerances of a summary.
 *
 * @param plateauTolerance how far below the chance level (error), or below the start relative to
 *     the whole drop (loss), a plateau may lie; in [0, 1), default 0.05
 * @param monotonicityTolerance largest rise of the loss, in nats, that still counts as monotone; at
 *     least 0, default 1e-5: what a float32 evaluation may add by itself
 * @param lossPrecision relative precision of the losses, against max(1, |loss|); at least 0,
 *     default 1e-5, that of a float32 evaluation. It decides only which points are reported as
 *     uncertain
 */
public record SummaryOptions(
    double plateauTolerance, double monotonicityTolerance, double lossPrecision) {

  /** The defaults. */
  public static final SummaryOptions DEFAULT = new SummaryOptions(0.05, 1e-5, 1e-5);

  /**
   * Checks the ranges.
   *
   * @throws CurveException if a tolerance is outside its range
   */
  public SummaryOptions {
    if (!(plateauTolerance >= 0 && plateauTolerance < 1)) {
      throw new CurveException("plateauTolerance", "must be in [0, 1), is " + plateauTolerance);
    }
    checkNotNegative("monotonicityTolerance", monotonicityTolerance);
    checkNotNegative("lossPrecision", lossPrecision);
  }

  private static void checkNotNegative(String field, double value) {
    if (!(value >= 0) || !Double.isFinite(value)) {
      throw new CurveException(field, "must be finite and at least 0, is " + value);
    }
  }

  /** These options with another tolerance for plateaus. */
  public SummaryOptions withPlateauTolerance(double tolerance) {
    return new SummaryOptions(tolerance, monotonicityTolerance, lossPrecision);
  }

  /** These options with another tolerance for monotonicity. */
  public SummaryOptions withMonotonicityTolerance(double tolerance) {
    return new SummaryOptions(plateauTolerance, tolerance, lossPrecision);
  }
}
