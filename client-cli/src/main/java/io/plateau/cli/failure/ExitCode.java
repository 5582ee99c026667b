package io.plateau.cli.failure;

import io.grpc.Status;

/** Exit codes. Stable: scripts branch on them. */
public enum ExitCode {
  /** Done. */
  OK(0),
  /** A failure of the program itself. */
  INTERNAL(1),
  /** The command line is wrong. */
  USAGE(2),
  /** The request or a file is wrong, or can't be done in the present state. */
  INVALID(3),
  /** There is no such thing. */
  NOT_FOUND(4),
  /** It exists already, or was changed by somebody else. */
  CONFLICT(5),
  /** Not allowed. */
  DENIED(6),
  /** A limit or a full queue. */
  EXHAUSTED(7),
  /** The service can't be reached. */
  UNAVAILABLE(8),
  /** The deadline passed. */
  DEADLINE(9),
  /** Cancelled. */
  CANCELLED(10),
  /** Stored data are damaged. */
  DATA_LOSS(11),
  /** The training or evaluation ended without success. */
  JOB_FAILED(12);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number that the process ends with. */
  public int code() {
    return code;
  }

  /** The code of a call that failed. */
  public static ExitCode of(Status.Code status) {
    return switch (status) {
      case OK -> OK;
      case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE, UNIMPLEMENTED -> INVALID;
      case NOT_FOUND -> NOT_FOUND;
      case ALREADY_EXISTS, ABORTED -> CONFLICT;
      case UNAUTHENTICATED, PERMISSION_DENIED -> DENIED;
      case RESOURCE_EXHAUSTED -> EXHAUSTED;
      case UNAVAILABLE -> UNAVAILABLE;
      case DEADLINE_EXCEEDED -> DEADLINE;
      case CANCELLED -> CANCELLED;
      case DATA_LOSS -> DATA_LOSS;
      case UNKNOWN, INTERNAL -> INTERNAL;
    };
  }
}
