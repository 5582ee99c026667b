package io.plateau.core.kernel;

/** A device that can't do what is asked of it. */
public final class DeviceException extends RuntimeException {

  /** Why. */
  public enum Reason {
    /** No such device, or this build cannot run on it. */
    UNSUPPORTED,
    /** Not enough memory on the device. */
    OUT_OF_MEMORY,
    /** The native library reported an error. */
    FAILED
  }

  private final Reason reason;

  /** An error with its reason and what to do about it. */
  public DeviceException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
