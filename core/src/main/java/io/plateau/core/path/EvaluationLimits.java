package io.plateau.core.path;

/**
 * What an evaluation may take.
 *
 * @param memoryBytes device memory for ends, data and activations; at least 1 MiB
 * @param batchSize largest number of samples in a pass; 0 lets the size of the activations decide
 */
public record EvaluationLimits(long memoryBytes, int batchSize) {
  /** 4 GiB, and a batch that follows the activations. */
  public static final EvaluationLimits DEFAULT = new EvaluationLimits(4L << 30, 0);

  /** Checks the ranges. */
  public EvaluationLimits {
    if (memoryBytes < 1L << 20) {
      throw new PathException(
          PathException.Reason.INVALID, "memory_bytes", memoryBytes + " is below 1 MiB");
    }
    if (batchSize < 0 || batchSize > 1 << 20) {
      throw new PathException(
          PathException.Reason.INVALID, "batch_size", batchSize + " is outside 0.." + (1 << 20));
    }
  }
}
