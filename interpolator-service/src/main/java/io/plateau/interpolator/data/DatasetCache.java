package io.plateau.interpolator.data;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.DatasetException;
import io.plateau.core.dataset.DatasetRegistry;
import io.plateau.core.dataset.Split;
import io.plateau.core.dataset.Subset;
import io.plateau.interpolator.metrics.InterpolatorMetrics;

/**
 * Opens data sets and keeps them within a bound of memory, so that evaluations on the same samples
 * read and digest them once. Thread-safe; who asks for data that another call is opening waits for
 * them.
 */
public final class DatasetCache {
  private static final long OVERHEAD = 1 << 12;

  private final DatasetRegistry registry;
  private final InterpolatorMetrics metrics;
  private final Cache<Key, Dataset> datasets;

  private record Key(String name, Split split, Subset subset) {}

  /**
   * @param registry where data sets are looked for
   * @param memoryBytes host memory for data sets that no evaluation uses
   */
  public DatasetCache(DatasetRegistry registry, long memoryBytes, InterpolatorMetrics metrics) {
    this.registry = registry;
    this.metrics = metrics;
    this.datasets =
        Caffeine.newBuilder()
            .maximumWeight(memoryBytes >> 10)
            .weigher((Key key, Dataset dataset) -> kibibytes(dataset))
            .executor(Runnable::run)
            .build();
  }

  /**
   * The samples of a name and split that a subset leaves.
   *
   * @throws DatasetException if they are not there, can't be read, or do not fit the subset
   */
  public Dataset open(String name, Split split, Subset subset) {
    Key key = new Key(name, split, subset);
    Dataset known = datasets.getIfPresent(key);
    if (known != null) {
      metrics.hit(InterpolatorMetrics.Cache.DATASET);
      return known;
    }
    metrics.miss(InterpolatorMetrics.Cache.DATASET);
    Dataset source =
        datasets.get(new Key(name, split, Subset.EVERYTHING), absent -> registry.open(name, split));
    if (subset.equals(Subset.EVERYTHING)) {
      return source;
    }
    return datasets.get(key, absent -> subset.of(source));
  }

  /** Bytes held, at most: views count as much as what they show. */
  public long bytes() {
    return datasets.policy().eviction().map(bound -> bound.weightedSize().orElse(0)).orElse(0L)
        << 10;
  }

  private static int kibibytes(Dataset dataset) {
    long values = dataset.size() * dataset.sampleShape().size();
    return (int) Math.min(Integer.MAX_VALUE, (values * Float.BYTES + OVERHEAD) >> 10);
  }
}
