package io.plateau.core.curve;

/**
 * What a summary must know of the pair beside the curve: schemes such as weights-only do not pass
 * through theta1, so whether the training failed can't be read off the curve.
 *
 * @param errorReference error of always answering the most frequent class, 1 - the largest class
 *     share (1 - 1/k for balanced classes); in [0, 1), 0 if all samples are of one class
 * @param finalError error of the stored theta1 on the curve's samples in [0, 1]; NaN if it could
 *     not be measured, which counts as failed
 */
public record TrainingOutcome(double errorReference, double finalError) {

  /**
   * Checks the ranges.
   *
   * @throws CurveException if a value is outside its range
   */
  public TrainingOutcome {
    if (!(errorReference >= 0 && errorReference < 1)) {
      throw new CurveException("errorReference", "must be in [0, 1), is " + errorReference);
    }
    if (finalError < 0 || finalError > 1) {
      throw new CurveException("finalError", "must be in [0, 1] or NaN, is " + finalError);
    }
  }

  /**
   * The outcome on samples with the given labels.
   *
   * @param classCounts samples of each class, not negative, at least one sample in all
   * @param finalError error of the stored theta1 on these samples
   * @throws CurveException if the counts hold no sample or a negative number
   */
  public static TrainingOutcome of(long[] classCounts, double finalError) {
    long total = 0;
    long largest = 0;
    for (int y = 0; y < classCounts.length; y++) {
      if (classCounts[y] < 0) {
        throw new CurveException(
            "classCounts[" + y + "]", "must not be negative, is " + classCounts[y]);
      }
      total += classCounts[y];
      largest = Math.max(largest, classCounts[y]);
    }
    if (total == 0) {
      throw new CurveException("classCounts", "must hold at least one sample");
    }
    return new TrainingOutcome(1 - (double) largest / total, finalError);
  }

  /** Whether all samples are of one class, so that the error says nothing. */
  public boolean oneClass() {
    return errorReference == 0;
  }

  /**
   * Whether the error at theta1 is not below half of the reference. With one class only there is
   * nothing to tell it by, and the answer is no.
   */
  public boolean failed() {
    return !oneClass() && !(finalError < errorReference / 2);
  }
}
