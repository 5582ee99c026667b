package io.plateau.core.checkpoint;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a training did, section 7 of the specification. Computed by the trainer; kept here.
 *
 * @param seed of the initial draw and of the order of samples
 * @param stopReason why it ended, one word in upper case such as {@code EPOCHS}
 * @param wallSeconds wall time of all epochs, those before an interruption included
 * @param learningThreshold mean p_y from which a class whose samples are all correct counts as
 *     learned
 * @param epochs in order
 * @param learnedEpochs for each class the first epoch from which it stays learned; empty for a
 *     class that never is
 * @param spearman rank correlation of learning time and final last-layer bias; empty where
 *     undefined
 * @param largestBiasLearnedLast whether the largest last-layer bias is that of the class learned
 *     last; empty where undefined
 */
public record TrainingRecord(
    long seed,
    String stopReason,
    double wallSeconds,
    double learningThreshold,
    List<EpochRecord> epochs,
    List<OptionalInt> learnedEpochs,
    OptionalDouble spearman,
    Optional<Boolean> largestBiasLearnedLast) {
  /** Copies the lists and checks the ranges. */
  public TrainingRecord {
    epochs = List.copyOf(epochs);
    learnedEpochs = List.copyOf(learnedEpochs);
    CheckpointException.require(
        wallSeconds >= 0 && Double.isFinite(wallSeconds),
        "wall_seconds",
        () -> wallSeconds + " is no finite number of at least 0");
    CheckpointException.require(
        learningThreshold >= 0 && learningThreshold <= 1,
        "learning_threshold",
        () -> learningThreshold + " is outside 0..1");
    for (OptionalInt learned : learnedEpochs) {
      CheckpointException.require(
          learned.orElse(0) >= 0, "learned_epochs", () -> learned.getAsInt() + " is below 0");
    }
  }
}
