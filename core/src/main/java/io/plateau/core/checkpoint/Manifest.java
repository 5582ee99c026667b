package io.plateau.core.checkpoint;

import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.network.NetworkSpec;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a checkpoint pair is: everything but the weights themselves.
 *
 * @param formatVersion {@link #FORMAT_VERSION}
 * @param pair id of the pair: 1 to 63 lower-case letters, digits and hyphens, a letter or digit at
 *     both ends
 * @param network the architecture of every end
 * @param dataset what the training and the stored losses and errors were computed on
 * @param initial where the training started
 * @param minimizer where it ended
 * @param epochs checkpoints in between, by epoch; often none
 * @param training the record, absent for a pair that was not trained by Plateau
 * @param labels at most 64, names of at most 63 and values of at most 255 characters
 * @param created when the pair was made
 * @param producer program and version that made it
 */
public record Manifest(
    int formatVersion,
    String pair,
    NetworkSpec network,
    DatasetReference dataset,
    StoredEnd initial,
    StoredEnd minimizer,
    SortedMap<Integer, StoredEnd> epochs,
    Optional<TrainingRecord> training,
    Map<String, String> labels,
    Instant created,
    String producer) {

  /** The format written, and the newest one read. */
  public static final int FORMAT_VERSION = 1;

  /** Copies the maps. */
  public Manifest {
    epochs = Collections.unmodifiableSortedMap(new TreeMap<>(epochs));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
  }

  /** The stored values of an end, if the pair has it. */
  public Optional<StoredEnd> end(End end) {
    return switch (end.kind()) {
      case INITIALIZATION -> Optional.of(initial);
      case MINIMIZER -> Optional.of(minimizer);
      case EPOCH -> Optional.ofNullable(epochs.get(end.epoch().getAsInt()));
    };
  }
}
