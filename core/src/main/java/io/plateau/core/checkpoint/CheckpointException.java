package io.plateau.core.checkpoint;

import java.util.function.Supplier;

/** A checkpoint that can't be stored, found or trusted. The message says where and what. */
public final class CheckpointException extends RuntimeException {

  /** What kind of failure it is. */
  public enum Reason {
    /** An id, end, label or size that no store takes. */
    INVALID_REQUEST,
    /** No such pair, or a pair without that end. */
    NOT_FOUND,
    /** A pair of that id is there already. */
    EXISTS,
    /** What is stored is not what was stored, or is no checkpoint at all. */
    CORRUPT,
    /** The file system or the network failed; the same call may work later. */
    UNAVAILABLE
  }

  private final Reason reason;

  /** An error without a cause. */
  public CheckpointException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** An error with its cause. */
  public CheckpointException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Refuses a value with INVALID_REQUEST, naming its field. */
  static void require(boolean holds, String field, Supplier<String> problem) {
    if (!holds) {
      throw new CheckpointException(Reason.INVALID_REQUEST, field + ": " + problem.get());
    }
  }

  /** What kind of failure it is. */
  public Reason reason() {
    return reason;
  }
}
