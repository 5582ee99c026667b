package io.plateau.core.training;

/** Why a training ended. */
public enum StopReason {
  /** The most epochs. */
  MAX_EPOCHS,
  /** The training loss. */
  TRAIN_LOSS,
  /** The training error. */
  TRAIN_ERROR,
  /** The loss became NaN or infinite. */
  DIVERGED
}
