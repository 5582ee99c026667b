package io.plateau.service.jobs;

/** Where a job stands. */
public enum JobState {
  /** Waits for a worker. */
  QUEUED,
  /** A worker runs it, or ran it until it died and another is about to take over. */
  RUNNING,
  /** Stopped on request or by its handler, can be resumed. */
  PAUSED,
  /** Done. */
  SUCCEEDED,
  /** Ran to its end, but what it trained did not learn. */
  FAILED_TO_LEARN,
  /** Ended by an error. */
  FAILED,
  /** Ended on request. */
  CANCELLED;

  /** Whether no worker will touch the job again unless someone resumes it. */
  public boolean isFinal() {
    return switch (this) {
      case QUEUED, RUNNING, PAUSED -> false;
      case SUCCEEDED, FAILED_TO_LEARN, FAILED, CANCELLED -> true;
    };
  }

  /** Whether {@link JobStore#resume} takes a job in this state. */
  public boolean isResumable() {
    return this == PAUSED || this == FAILED || this == CANCELLED;
  }
}
