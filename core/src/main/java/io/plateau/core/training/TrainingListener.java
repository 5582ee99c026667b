package io.plateau.core.training;

import io.plateau.core.checkpoint.EpochRecord;
import java.util.List;
import java.util.function.Supplier;

/** Told what a training does. An exception from any method ends it; what was told before stands. */
public interface TrainingListener {
  /** Listens to nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * A step was made.
   *
   * @param epoch completed epochs
   * @param step steps done in the epoch under way
   * @param steps steps of an epoch
   * @param state takes the state, from which the training can go on; copies the parameters each
   *     time
   */
  default void onStep(int epoch, int step, int steps, Supplier<TrainingState> state) {}

  /**
   * An epoch was measured.
   *
   * @param learned classes that are learned since this epoch
   * @param state takes the state
   */
  default void onEpoch(EpochRecord epoch, List<Integer> learned, Supplier<TrainingState> state) {}
}
