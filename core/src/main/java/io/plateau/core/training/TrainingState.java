package io.plateau.core.training;

import io.plateau.core.checkpoint.EpochRecord;
import io.plateau.core.network.Parameters;
import java.util.List;
import java.util.OptionalInt;

/**
 * Where a training stands after a step: all that the rest of it depends on. Random numbers are
 * drawn anew for each epoch from the seed and the epoch's number, so that there is no random state
 * to keep.
 *
 * @param epoch completed epochs
 * @param step steps done in the epoch under way
 * @param initialization where it started
 * @param parameters where it is
 * @param velocity momentum buffer, in the parameters' layout
 * @param epochs records so far, epoch 0 first
 * @param learnedSince for each class the epoch since which it is learned
 * @param epochSeconds time spent in the epoch under way
 */
public record TrainingState(
    int epoch,
    int step,
    Parameters initialization,
    Parameters parameters,
    Parameters velocity,
    List<EpochRecord> epochs,
    List<OptionalInt> learnedSince,
    double epochSeconds) {
  /** Copies the lists. */
  public TrainingState {
    epochs = List.copyOf(epochs);
    learnedSince = List.copyOf(learnedSince);
  }
}
