package io.plateau.core.path;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Sums over samples from which a {@link Classification} follows. Losses are added in float64 in the
 * order of the samples; sums over shards of samples merge exactly in their counts and in a fixed
 * order in their losses.
 */
public final class ClassificationSums {
  private final double[] loss;
  private final long[] samples;
  private final long[] wrong;
  private final long[] predicted;
  private long nonFiniteLogits;

  /** Sums of no samples. */
  public ClassificationSums(int classes) {
    loss = new double[classes];
    samples = new long[classes];
    wrong = new long[classes];
    predicted = new long[classes];
  }

  /**
   * Adds a sample of class {@code label}.
   *
   * @param logits holds the sample's logits without the last bias from {@code offset}
   * @param bias added to the logits in float64
   * @return the class it is read as, -1 if a logit is not finite
   */
  public int add(double[] logits, int offset, double[] bias, int label) {
    int classes = bias.length;
    int best = 0;
    double largest = Double.NEGATIVE_INFINITY;
    int nonFinite = 0;
    for (int c = 0; c < classes; c++) {
      double z = logits[offset + c] + bias[c];
      if (!Double.isFinite(z)) {
        nonFinite++;
      } else if (z > largest) {
        largest = z;
        best = c;
      }
    }
    samples[label]++;
    if (nonFinite > 0) {
      nonFiniteLogits += nonFinite;
      wrong[label]++;
      loss[label] = Double.NaN;
      return -1;
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logits[offset + c] + bias[c] - largest);
    }
    loss[label] += largest + Math.log(sum) - (logits[offset + label] + bias[label]);
    if (best != label) {
      wrong[label]++;
    }
    predicted[best]++;
    return best;
  }

  /** Adds the sums of the samples that come after these. */
  public void merge(ClassificationSums next) {
    for (int c = 0; c < loss.length; c++) {
      loss[c] += next.loss[c];
      samples[c] += next.samples[c];
      wrong[c] += next.wrong[c];
      predicted[c] += next.predicted[c];
    }
    nonFiniteLogits += next.nonFiniteLogits;
  }

  /** Means of the samples so far. */
  public Classification toClassification() {
    double lossSum = 0;
    long sampleSum = 0;
    long wrongSum = 0;
    List<OptionalDouble> classErrors = new ArrayList<>();
    List<OptionalDouble> classLosses = new ArrayList<>();
    List<Long> histogram = new ArrayList<>();
    for (int c = 0; c < loss.length; c++) {
      lossSum += loss[c];
      sampleSum += samples[c];
      wrongSum += wrong[c];
      boolean present = samples[c] > 0;
      classErrors.add(
          present ? OptionalDouble.of((double) wrong[c] / samples[c]) : OptionalDouble.empty());
      classLosses.add(present ? OptionalDouble.of(loss[c] / samples[c]) : OptionalDouble.empty());
      histogram.add(predicted[c]);
    }
    return new Classification(
        sampleSum,
        lossSum / sampleSum,
        (double) wrongSum / sampleSum,
        classErrors,
        classLosses,
        histogram,
        nonFiniteLogits);
  }
}
