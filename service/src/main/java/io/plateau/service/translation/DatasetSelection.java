package io.plateau.service.translation;

import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.DatasetException;
import io.plateau.core.dataset.DatasetRegistry;
import io.plateau.core.dataset.Split;
import io.plateau.core.dataset.Subset;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Samples that a request asks for, before they are looked for.
 *
 * @param name of the data set in the registry
 * @param split which part of it
 * @param subset which samples of that part
 * @param sha256 64 hexadecimal digits that the samples' digest must have; empty for any
 */
public record DatasetSelection(String name, Split split, Subset subset, Optional<String> sha256) {

  /**
   * The other part of the same source, all of it, with the same classes: what is measured on beside
   * the training data if a request names nothing else. Empty for a source that is not split.
   */
  public Optional<DatasetSelection> otherSplit() {
    Subset whole = new Subset(subset.classes(), OptionalInt.empty(), OptionalInt.empty());
    return switch (split) {
      case TRAIN -> Optional.of(new DatasetSelection(name, Split.TEST, whole, Optional.empty()));
      case TEST -> Optional.of(new DatasetSelection(name, Split.TRAIN, whole, Optional.empty()));
      case ALL -> Optional.empty();
    };
  }

  /**
   * Opens the samples.
   *
   * @throws DatasetException if they are not there, do not fit the selection, or have another
   *     digest
   */
  public Dataset open(DatasetRegistry registry) {
    return of(registry.open(name, split));
  }

  /**
   * The samples chosen from their source.
   *
   * @param source what the registry has under this name and split
   * @throws DatasetException if the samples do not fit the selection, or have another digest
   */
  public Dataset of(Dataset source) {
    Dataset dataset = subset.of(source);
    if (sha256.isPresent() && !sha256.get().equals(dataset.digest())) {
      throw new DatasetException(
          DatasetException.Reason.DIGEST_MISMATCH,
          "the samples of '"
              + dataset.name()
              + "' have digest "
              + DigestTranslation.toProto(dataset.digest())
              + ", not "
              + DigestTranslation.toProto(sha256.get()));
    }
    return dataset;
  }
}
