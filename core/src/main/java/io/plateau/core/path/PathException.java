package io.plateau.core.path;

/** A path request that can't be answered, or an answer that must not be trusted. */
public final class PathException extends RuntimeException {

  /** Why. */
  public enum Reason {
    /** The request is malformed. */
    INVALID,
    /** The two ends differ in layout. */
    ENDS_DIFFER,
    /** The data do not fit the network. */
    DATA_DIFFER,
    /** An evaluated end is not the stored one. */
    ENDPOINT_MISMATCH,
    /** The evaluation was stopped. */
    CANCELLED
  }

  private final Reason reason;
  private final String field;

  /**
   * @param field path of the field at fault in the request, empty if none is
   * @param message what is wrong and what to do
   */
  public PathException(Reason reason, String field, String message) {
    super(message);
    this.reason = reason;
    this.field = field;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }

  /** Path of the field at fault, empty if none is. */
  public String field() {
    return field;
  }
}
