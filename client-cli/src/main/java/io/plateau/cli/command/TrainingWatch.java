package io.plateau.cli.command;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.plateau.cli.connection.Services;
import io.plateau.cli.progress.ProgressDisplay;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.Progress;
import io.plateau.proto.trainer.v1.CancelTrainingRequest;
import io.plateau.proto.trainer.v1.EpochRecord;
import io.plateau.proto.trainer.v1.GetTrainingRequest;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingEvent;
import io.plateau.proto.trainer.v1.WatchTrainingRequest;
import io.plateau.proto.trainer.v1.WatchTrainingResponse;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.Consumer;

/** Follows a training to its end, over broken connections, with progress on standard error. */
final class TrainingWatch {
  private static final int MOST_ATTEMPTS = 10;

  private final Services services;

  TrainingWatch(Services services) {
    this.services = services;
  }

  /**
   * Follows with a bar.
   *
   * @param cancels whether Ctrl-C cancels the training
   * @return the training as it ended
   */
  Training follow(Training training, boolean cancels) {
    Interruption interruption =
        Interruption.on(
            () -> {
              if (cancels) {
                services
                    .trainings()
                    .cancelTraining(
                        CancelTrainingRequest.newBuilder().setName(training.getName()).build());
                ProgressDisplay.say("cancelled " + training.getName());
              }
            });
    try (interruption;
        ProgressDisplay bar = ProgressDisplay.open(training.getName(), " steps", -1)) {
      String[] note = {""};
      Progress[] progress = {Progress.getDefaultInstance()};
      follow(
          training.getName(),
          0,
          item -> {
            if (item.hasProgress()) {
              progress[0] = item.getProgress();
            } else if (item.getEvent().hasEpoch()) {
              note[0] = note(item.getEvent().getEpoch());
            } else if (item.getEvent().hasStateChange()
                && item.getEvent().getStateChange().getNewState() == JobState.JOB_STATE_QUEUED) {
              note[0] = "queued";
            }
            bar.update(progress[0].getDone(), progress[0].getTotal(), note[0]);
          });
    }
    return services
        .trainings()
        .getTraining(GetTrainingRequest.newBuilder().setName(training.getName()).build())
        .getTraining();
  }

  /** Gives every event after a number to a consumer until the training has ended. */
  void follow(String name, long afterEvent, Consumer<WatchTrainingResponse> consumer) {
    long after = afterEvent;
    int attempts = 0;
    while (true) {
      try {
        Iterator<WatchTrainingResponse> items =
            services
                .trainings()
                .watchTraining(
                    WatchTrainingRequest.newBuilder().setName(name).setAfterEvent(after).build());
        while (items.hasNext()) {
          WatchTrainingResponse item = items.next();
          if (item.hasEvent()) {
            after = Math.max(after, item.getEvent().getNumber());
          }
          consumer.accept(item);
          attempts = 0;
        }
        return;
      } catch (StatusRuntimeException e) {
        // Whatever was missed meanwhile comes with the next watch, from the last number on.
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE || ++attempts > MOST_ATTEMPTS) {
          throw e;
        }
        ProgressDisplay.say("the trainer is not reachable; trying again");
        pause(attempts);
      }
    }
  }

  /** One line about an epoch. */
  static String note(EpochRecord epoch) {
    return String.format(
        Locale.ROOT,
        "epoch %d loss %.4f error %.2f%%",
        epoch.getEpoch(),
        epoch.getTrainLoss(),
        100 * epoch.getTrainError());
  }

  /** One line about an event, for terminals. */
  static String line(TrainingEvent event) {
    String text =
        switch (event.getEventCase()) {
          case STATE_CHANGE -> "state " + TrainingOutput.word(event.getStateChange().getNewState());
          case EPOCH -> note(event.getEpoch());
          case CLASS_LEARNED ->
              "class "
                  + event.getClassLearned().getClassIndex()
                  + " learned at epoch "
                  + event.getClassLearned().getLearnedEpoch();
          case CHECKPOINT_STORED ->
              "checkpoint stored: "
                  + event.getCheckpointStored().getPair()
                  + ", "
                  + event.getCheckpointStored().getBytes()
                  + " bytes";
          case STEP -> "step " + event.getStep().getStep();
          case WARNING -> "warning: " + event.getWarning().getMessage();
          case EVENT_NOT_SET -> "";
        };
    return event.getNumber() + " " + text;
  }

  private static void pause(int attempts) {
    try {
      Thread.sleep(500L * attempts);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Status.CANCELLED.withDescription("interrupted").asRuntimeException();
    }
  }
}
