package io.plateau.service.translation;

import io.plateau.core.training.StopReason;

/** Why a training ended. */
public final class StopReasonTranslation {
  private StopReasonTranslation() {}

  /** The reason. */
  public static io.plateau.proto.trainer.v1.StopReason toProto(StopReason reason) {
    return switch (reason) {
      case MAX_EPOCHS -> io.plateau.proto.trainer.v1.StopReason.STOP_REASON_MAX_EPOCHS;
      case TRAIN_LOSS -> io.plateau.proto.trainer.v1.StopReason.STOP_REASON_TRAIN_LOSS;
      case TRAIN_ERROR -> io.plateau.proto.trainer.v1.StopReason.STOP_REASON_TRAIN_ERROR;
      case DIVERGED -> io.plateau.proto.trainer.v1.StopReason.STOP_REASON_DIVERGED;
    };
  }

  /** The reason that a record names; unspecified for a word that this version doesn't know. */
  public static io.plateau.proto.trainer.v1.StopReason toProto(String word) {
    for (StopReason reason : StopReason.values()) {
      if (reason.name().equals(word)) {
        return toProto(reason);
      }
    }
    return io.plateau.proto.trainer.v1.StopReason.STOP_REASON_UNSPECIFIED;
  }
}
