package io.plateau.service.jobs;

import com.google.protobuf.ByteString;

/**
 * One attempt at a job, as its handler sees it. Thread-safe.
 *
 * <p>Events are written in the background, many in one transaction where they come fast, in the
 * order in which they were emitted. While the database is away, {@link #emit} waits once its
 * bounded buffer is full, and goes on when the database is back.
 */
public interface JobContext {
  /** The job as this attempt found it; an attempt above 1 resumes what an earlier one left. */
  Job job();

  /**
   * Adds an event to the job's history; it is durable after {@link #flush} or the end of the job.
   *
   * @throws JobException LEASE_LOST when the job is no longer this worker's, INVALID_ARGUMENT when
   *     the event is too large, TOO_MANY_EVENTS
   */
  void emit(ByteString event) throws InterruptedException;

  /**
   * Tells how far the job is. Only the latest is kept, and written about twice a second.
   *
   * @param fraction 0 to 1
   * @param detail the handler's own words, may be empty
   */
  void progress(double fraction, ByteString detail);

  /** Waits until every event and the progress so far are durable; throws as {@link #emit}. */
  void flush() throws InterruptedException;

  /** Whether someone asked to cancel the job, on any replica; known within about a second. */
  boolean isCancelled();

  /**
   * Whether the attempt should save and return for another reason: the server shuts down, the job
   * is to pause, or the job moved to another worker.
   */
  boolean stopRequested();

  /** Whether the attempt should end for any reason. */
  default boolean shouldStop() {
    return isCancelled() || stopRequested();
  }
}
