package io.plateau.service.streaming;

/** What happens to an open stream when its server shuts down. */
public enum ShutdownPolicy {
  /** It may end by itself within the grace period: an answer that is being computed. */
  FINISH_WITHIN_GRACE,
  /** It ends at once: a watch that may never end and that the client resumes elsewhere. */
  END_AT_ONCE
}
