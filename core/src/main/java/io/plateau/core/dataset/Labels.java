package io.plateau.core.dataset;

import io.plateau.core.dataset.DatasetException.Reason;
import java.util.OptionalInt;

/** The labels of samples held in memory, each checked to be a class. */
final class Labels {

  /** Largest number of classes. */
  static final int MAX_CLASSES = 10_000;

  private final int[] labels;
  private final int classes;

  /**
   * @param labels taken over; must not be empty
   * @param classes k, or empty for the largest label + 1, at least 2
   * @param where names the source in errors
   */
  Labels(int[] labels, OptionalInt classes, String where) {
    this.labels = labels;
    if (labels.length == 0) {
      throw new DatasetException(Reason.MALFORMED, where + ": holds no sample");
    }
    int limit = classes.orElse(MAX_CLASSES);
    int largest = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= limit) {
        throw new DatasetException(
            classes.isPresent() ? Reason.INVALID_REQUEST : Reason.MALFORMED,
            where + ": label " + labels[i] + " of sample " + i + " is outside 0.." + (limit - 1));
      }
      largest = Math.max(largest, labels[i]);
    }
    this.classes = classes.orElse(Math.max(2, largest + 1));
  }

  int size() {
    return labels.length;
  }

  int get(int index) {
    return labels[index];
  }

  int classes() {
    return classes;
  }
}
