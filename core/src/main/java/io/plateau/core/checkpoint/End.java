package io.plateau.core.checkpoint;

import java.util.OptionalInt;

/**
 * Which of a pair's stored points is meant.
 *
 * @param kind initialization, minimizer or an epoch in between
 * @param epoch 1 to 999,999 for an epoch, otherwise empty
 */
public record End(Kind kind, OptionalInt epoch) {

  /** The kinds of stored points. */
  public enum Kind {
    /** Where the training started. */
    INITIALIZATION,
    /** Where it ended. */
    MINIMIZER,
    /** The end of a chosen epoch. */
    EPOCH
  }

  /** Where the training started. */
  public static final End INITIALIZATION = new End(Kind.INITIALIZATION, OptionalInt.empty());

  /** Where it ended. */
  public static final End MINIMIZER = new End(Kind.MINIMIZER, OptionalInt.empty());

  /** Largest epoch with a checkpoint of its own. */
  public static final int MAX_EPOCH = 999_999;

  /** Checks that an epoch goes with its kind. */
  public End {
    if ((kind == Kind.EPOCH) != epoch.isPresent()) {
      throw new IllegalArgumentException(kind + " with epoch " + epoch);
    }
    if (epoch.isPresent() && (epoch.getAsInt() < 1 || epoch.getAsInt() > MAX_EPOCH)) {
      throw new CheckpointException(
          CheckpointException.Reason.INVALID_REQUEST,
          "epoch: " + epoch.getAsInt() + " is outside 1.." + MAX_EPOCH);
    }
  }

  /** The end of an epoch. */
  public static End ofEpoch(int epoch) {
    return new End(Kind.EPOCH, OptionalInt.of(epoch));
  }

  /** Name of its file in a pair directory. */
  public String fileName() {
    return switch (kind) {
      case INITIALIZATION -> "init.safetensors";
      case MINIMIZER -> "final.safetensors";
      case EPOCH -> "epoch-%06d.safetensors".formatted(epoch.getAsInt());
    };
  }
}
