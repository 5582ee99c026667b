package io.plateau.trainer.pair;

import io.plateau.core.checkpoint.CheckpointException;
import io.plateau.core.checkpoint.CheckpointStore;
import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.Manifest;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.checkpoint.TrainingRecord;
import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.Parameters;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.trainer.metrics.TrainerMetrics;
import io.plateau.trainer.metrics.TrainerMetrics.StoreOperation;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** Stores pairs: ends first, the manifest last, then the catalogue. */
public final class PairWriter {
  private final CheckpointStore store;
  private final PairCatalogue catalogue;
  private final TrainerMetrics metrics;
  private final InstantSource clock;
  private final String producer;

  /**
   * @param producer program and version, for manifests
   */
  public PairWriter(
      CheckpointStore store,
      PairCatalogue catalogue,
      TrainerMetrics metrics,
      InstantSource clock,
      String producer) {
    this.store = store;
    this.catalogue = catalogue;
    this.metrics = metrics;
    this.clock = clock;
    this.producer = producer;
  }

  /**
   * A pair that a training made; its id is the training's.
   *
   * @param heldOut what the record's held-out values were computed on
   */
  public record TrainedPair(
      String id,
      NetworkSpec network,
      DatasetReference dataset,
      Optional<DatasetReference> heldOut,
      StoredEnd initial,
      StoredEnd minimizer,
      SortedMap<Integer, StoredEnd> epochs,
      TrainingRecord record,
      Map<String, String> labels) {}

  /** Writes one end of a pair that is not committed yet; as {@link CheckpointStore#writeEnd}. */
  public StoredEnd writeEnd(
      String pair, End end, Parameters parameters, double loss, double error) {
    return metrics.timed(
        StoreOperation.WRITE, () -> store.writeEnd(pair, end, parameters, loss, error));
  }

  /**
   * Makes a pair visible. A pair with the same ends that is there already is what an attempt before
   * left when it was cut off between this and the database: that is success.
   *
   * @throws PlateauException PAIR_EXISTS if there is another pair of that id
   */
  public void commit(TrainedPair pair) {
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT_VERSION,
            pair.id(),
            pair.network(),
            pair.dataset(),
            pair.heldOut(),
            pair.initial(),
            pair.minimizer(),
            pair.epochs(),
            Optional.of(pair.record()),
            pair.labels(),
            clock.instant(),
            producer);
    metrics.timed(StoreOperation.COMMIT, () -> commit(manifest));
    catalogue.add(store.manifest(pair.id()));
  }

  private Manifest commit(Manifest manifest) {
    if (!store.exists(manifest.pair())) {
      try {
        store.commit(manifest);
        return manifest;
      } catch (CheckpointException e) {
        if (e.reason() != CheckpointException.Reason.EXISTS) {
          throw e;
        }
      }
    }
    Manifest existing = store.manifest(manifest.pair());
    boolean same =
        existing.initial().sha256().equals(manifest.initial().sha256())
            && existing.minimizer().sha256().equals(manifest.minimizer().sha256())
            && existing.dataset().digest().equals(manifest.dataset().digest());
    if (!same) {
      throw PlateauException.builder(
              Reason.PAIR_EXISTS,
              "There is another pair '"
                  + manifest.pair()
                  + "'. Delete it and resume the training, or train under another id.")
          .metadata("name", "pairs/" + manifest.pair())
          .build();
    }
    store.discard(manifest.pair());
    return existing;
  }

  /** Drops the ends of a pair that was never committed. */
  public void discard(String pair) {
    store.discard(pair);
  }
}
