package io.plateau.core.path;

/**
 * Called between batches, many times a second. An exception ends the evaluation and leaves the
 * evaluator usable.
 */
@FunctionalInterface
public interface BatchListener {
  /** Does nothing. */
  BatchListener NONE = (done, total) -> {};

  /**
   * A batch is about to start, or the last one has ended.
   *
   * @param done samples that passed at this alpha
   * @param total samples of the data set
   */
  void onBatch(int done, int total);
}
