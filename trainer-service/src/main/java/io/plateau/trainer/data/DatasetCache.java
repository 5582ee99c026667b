package io.plateau.trainer.data;

import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.DatasetException;
import io.plateau.core.dataset.DatasetRegistry;
import io.plateau.core.dataset.Split;
import io.plateau.service.translation.DatasetSelection;
import java.lang.ref.SoftReference;
import java.util.HashMap;
import java.util.Map;

/**
 * Opens data sets and keeps them while there is memory, so that many requests for the same samples
 * read and digest them once. Thread-safe.
 */
public final class DatasetCache {
  private final DatasetRegistry registry;
  private final int maxSamples;
  // Both guarded by this.
  private final Map<Source, SoftReference<Dataset>> sources = new HashMap<>();
  private final Map<DatasetSelection, SoftReference<Dataset>> selections = new HashMap<>();

  private record Source(String name, Split split) {}

  /**
   * @param registry where data sets are looked for
   * @param maxSamples of a data set
   */
  public DatasetCache(DatasetRegistry registry, int maxSamples) {
    this.registry = registry;
    this.maxSamples = maxSamples;
  }

  /**
   * The samples that a selection means.
   *
   * @throws DatasetException if they are not there, do not fit, have another digest or are too many
   */
  public synchronized Dataset open(DatasetSelection selection) {
    Dataset known = get(selections, selection);
    if (known != null) {
      return known;
    }
    selections.values().removeIf(reference -> reference.get() == null);
    sources.values().removeIf(reference -> reference.get() == null);
    Source key = new Source(selection.name(), selection.split());
    Dataset source = get(sources, key);
    if (source == null) {
      source = registry.open(selection.name(), selection.split());
      sources.put(key, new SoftReference<>(source));
    }
    Dataset dataset = selection.of(source);
    if (dataset.size() > maxSamples) {
      throw new DatasetException(
          DatasetException.Reason.TOO_LARGE,
          "'"
              + dataset.name()
              + "' has "
              + dataset.size()
              + " samples; this server takes "
              + maxSamples
              + ", so choose fewer with first or first_of_each_class");
    }
    selections.put(selection, new SoftReference<>(dataset));
    return dataset;
  }

  private static <K> Dataset get(Map<K, SoftReference<Dataset>> kept, K key) {
    SoftReference<Dataset> reference = kept.get(key);
    return reference == null ? null : reference.get();
  }
}
