package io.plateau.core.dataset;

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

  /** Copies the list. */
  public DatasetReference {
    classCounts = List.copyOf(classCounts);
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
}
