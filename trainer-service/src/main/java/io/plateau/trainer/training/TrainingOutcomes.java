package io.plateau.trainer.training;

import io.plateau.core.checkpoint.EpochRecord;
import io.plateau.core.training.StopReason;
import io.plateau.core.training.TrainingResult;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import java.util.List;

/** Says in words why a network did not learn. */
final class TrainingOutcomes {
  private TrainingOutcomes() {}

  /**
   * Why a training failed to learn.
   *
   * @param stored whether its pair was stored
   */
  static PlateauException notLearned(TrainingResult result, boolean stored) {
    List<EpochRecord> epochs = result.record().epochs();
    EpochRecord last = epochs.get(epochs.size() - 1);
    boolean diverged = result.reason() == StopReason.DIVERGED;
    String what =
        diverged
            ? "The training diverged: after epoch "
                + last.epoch()
                + " its loss is "
                + last.trainLoss()
                + ". Try a smaller learning rate or initialization scale, or a warm-up."
            : "The network did not learn: its training error "
                + last.trainError()
                + " is not below half of that of always guessing the largest class. Try more epochs,"
                + " another learning rate or initialization scale.";
    String kept =
        stored
            ? " The pair is stored and marked."
            : " Nothing is stored: parameters are not finite.";
    return PlateauException.builder(Reason.TRAINING_FAILED, what + kept)
        .metadata("stopReason", result.reason().name())
        .metadata("error", last.trainError())
        .metadata("loss", last.trainLoss())
        .build();
  }
}
