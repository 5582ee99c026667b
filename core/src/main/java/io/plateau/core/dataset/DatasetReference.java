package io.plateau.core.dataset;

import io.plateau.core.file.Sha256;
import java.util.List;

/**
 * What a result was computed on: where the samples come from, which of them, and a digest that
 * tells whether they are still the same.
 *
 * @param name name in the registry or URI of the source
 * @param split which part of the source
 * @param subset which samples of that part
 * @param count number of samples N after the subset was taken
 * @param classCounts samples of each class, k entries
 * @param digest {@link Dataset#digest} of the samples used
 * @param scaling how stored values became the samples
 */
public record DatasetReference(
    String name,
    Split split,
    Subset subset,
    int count,
    List<Integer> classCounts,
    String digest,
    String scaling) {

  /** Checks that the parts agree. */
  public DatasetReference {
    classCounts = List.copyOf(classCounts);
    long sum = 0;
    for (int classCount : classCounts) {
      if (classCount < 0) {
        throw invalid("class_counts: " + classCount + " is below 0");
      }
      sum += classCount;
    }
    if (count < 1 || sum != count) {
      throw invalid("count: " + count + " samples, but class_counts add up to " + sum);
    }
    if (!Sha256.isHex(digest)) {
      throw invalid("digest: is not 64 lower-case hex digits");
    }
  }

  /**
   * The reference of samples in use.
   *
   * @param dataset what {@code subset} gave
   * @param subset how it was taken from the source of that name
   */
  public static DatasetReference of(Dataset dataset, Subset subset) {
    return new DatasetReference(
        dataset.name(),
        dataset.split(),
        subset,
        dataset.size(),
        dataset.classCounts(),
        dataset.digest(),
        dataset.scaling());
  }

  private static DatasetException invalid(String message) {
    return new DatasetException(DatasetException.Reason.INVALID_REQUEST, message);
  }
}
