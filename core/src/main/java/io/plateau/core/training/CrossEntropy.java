package io.plateau.core.training;

/** Softmax and cross-entropy from logits, in float64. */
final class CrossEntropy {
  private CrossEntropy() {}

  /** p_y of one sample; NaN if a logit is. */
  static double probability(double[] logits, int offset, int classes, int label) {
    double largest = largest(logits, offset, classes);
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += Math.exp(logits[offset + c] - largest);
    }
    return Math.exp(logits[offset + label] - largest) / sum;
  }

  /**
   * Replaces logits by the gradient of the mean cross-entropy: (p - y) / count.
   *
   * @param labels of the samples, in their order
   */
  static void toGradient(double[] logits, int[] labels, int count, int classes) {
    for (int i = 0; i < count; i++) {
      int offset = i * classes;
      double largest = largest(logits, offset, classes);
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        logits[offset + c] = Math.exp(logits[offset + c] - largest);
        sum += logits[offset + c];
      }
      for (int c = 0; c < classes; c++) {
        logits[offset + c] = (logits[offset + c] / sum - (c == labels[i] ? 1 : 0)) / count;
      }
    }
  }

  private static double largest(double[] logits, int offset, int classes) {
    double largest = logits[offset];
    for (int c = 1; c < classes; c++) {
      largest = Math.max(largest, logits[offset + c]);
    }
    return largest;
  }
}
