package io.plateau.core.checkpoint;

import static io.plateau.core.checkpoint.CheckpointException.require;

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
 * @param heldOut what the record's held-out values were computed on
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
    Optional<DatasetReference> heldOut,
    StoredEnd initial,
    StoredEnd minimizer,
    SortedMap<Integer, StoredEnd> epochs,
    Optional<TrainingRecord> training,
    Map<String, String> labels,
    Instant created,
    String producer) {

  /** The format written, and the newest one read. */
  public static final int FORMAT_VERSION = 1;

  /** Largest number of labels. */
  public static final int MAX_LABELS = 64;

  /** Copies the maps and checks that the parts agree. */
  public Manifest {
    epochs = Collections.unmodifiableSortedMap(new TreeMap<>(epochs));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    int classes = network.classes();
    require(
        formatVersion == FORMAT_VERSION,
        "format_version",
        () -> formatVersion + " is unknown; this version reads " + FORMAT_VERSION);
    StoreId.require("pair", pair);
    require(
        dataset.classCounts().size() == classes,
        "dataset.class_counts",
        () -> "has " + dataset.classCounts().size() + " entries for " + classes + " classes");
    for (int epoch : epochs.keySet()) {
      require(
          epoch >= 1 && epoch <= End.MAX_EPOCH,
          "ends.epochs",
          () -> epoch + " is outside 1.." + End.MAX_EPOCH);
    }
    training.ifPresent(record -> requireClasses(record, classes));
    int labelCount = labels.size();
    require(labelCount <= MAX_LABELS, "labels", () -> labelCount + " are more than " + MAX_LABELS);
    labels.forEach(
        (name, value) -> {
          require(
              !name.isEmpty() && name.length() <= 63,
              "labels",
              () -> "a name has " + name.length() + " characters; give 1 to 63");
          require(
              value.length() <= 255,
              "labels." + name,
              () -> value.length() + " characters are more than 255");
        });
  }

  /** The stored values of an end, if the pair has it. */
  public Optional<StoredEnd> end(End end) {
    return switch (end.kind()) {
      case INITIALIZATION -> Optional.of(initial);
      case MINIMIZER -> Optional.of(minimizer);
      case EPOCH -> Optional.ofNullable(epochs.get(end.epoch().getAsInt()));
    };
  }

  private static void requireClasses(TrainingRecord record, int classes) {
    for (int i = 0; i < record.epochs().size(); i++) {
      EpochRecord epoch = record.epochs().get(i);
      String field = "training.epochs[" + i + "]";
      requireEntries(epoch.trainClassAccuracy().size(), classes, field + ".train_class_accuracy");
      requireEntries(
          epoch.trainClassProbability().size(), classes, field + ".train_class_probability");
      epoch
          .heldOut()
          .ifPresent(
              heldOut ->
                  requireEntries(
                      heldOut.classAccuracy().size(), classes, field + ".held_out.class_accuracy"));
      if (!epoch.lastBiases().isEmpty()) {
        requireEntries(epoch.lastBiases().size(), classes, field + ".last_biases");
      }
    }
    requireEntries(record.learnedEpochs().size(), classes, "training.learned_epochs");
  }

  private static void requireEntries(int entries, int classes, String field) {
    require(entries == classes, field, () -> entries + " entries for " + classes + " classes");
  }
}
