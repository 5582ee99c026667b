package io.plateau.trainer.training;

/** Thrown through the trainer's loop to end it after a step, because the job has to stop. */
final class TrainingStopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TrainingStopped() {
    super("the training was asked to stop", null, false, false);
  }
}
