package io.plateau.service.translation;

import io.plateau.proto.trainer.v1.StopReason;

/** Why a training ended: core keeps the contract's name without its prefix. */
public final class StopReasonTranslation {
  private static final String PREFIX = "STOP_REASON_";

  private StopReasonTranslation() {}

  /** The word to keep in a training record, such as {@code MAX_EPOCHS}. */
  public static String toCore(StopReason reason) {
    if (reason == StopReason.STOP_REASON_UNSPECIFIED || reason == StopReason.UNRECOGNIZED) {
      throw new IllegalArgumentException("a record is of a training that ended, not " + reason);
    }
    return reason.name().substring(PREFIX.length());
  }

  /** The reason; unspecified for a word that this version doesn't know. */
  public static StopReason toProto(String word) {
    for (StopReason reason : StopReason.values()) {
      if (reason.name().equals(PREFIX + word)) {
        return reason;
      }
    }
    return StopReason.STOP_REASON_UNSPECIFIED;
  }
}
