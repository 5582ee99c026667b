package io.plateau.core.dataset;

/** A data set that can't be found, read or used. The message says where, what and what to do. */
public final class DatasetException extends RuntimeException {

  /** What kind of failure it is. */
  public enum Reason {
    /** No such name, split or file. */
    NOT_FOUND,
    /** The bytes are not what the format says. */
    MALFORMED,
    /** The bytes are not those expected. */
    DIGEST_MISMATCH,
    /** Larger than a stated limit. */
    TOO_LARGE,
    /** What was asked of the data does not fit it: a class, a count or a shape. */
    INVALID_REQUEST,
    /** The file system failed. */
    UNREADABLE
  }

  private final Reason reason;

  /** An error without a cause. */
  public DatasetException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** An error with its cause. */
  public DatasetException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What kind of failure it is. */
  public Reason reason() {
    return reason;
  }
}
