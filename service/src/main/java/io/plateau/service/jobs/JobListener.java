package io.plateau.service.jobs;

import java.time.Duration;

/**
 * Told of what this process does with jobs, after it was committed: for metrics. Calls come from
 * worker threads, must return fast, and what they throw is logged and dropped. How many jobs are in
 * which state, over all replicas, is {@link JobStore#countByState}.
 */
public interface JobListener {
  /**
   * A worker started an attempt.
   *
   * @param waited time in the queue before it
   */
  default void started(Job job, Duration waited) {}

  /**
   * An attempt ended.
   *
   * @param job as the attempt left it: final, PAUSED, or QUEUED to be resumed
   * @param ran time of this attempt
   */
  default void ended(Job job, Duration ran) {}

  /** An attempt's job moved to another worker, or its process was closed before it returned. */
  default void leaseLost(Job job) {}

  /** A dead worker's job was put back to be run again. */
  default void revived(String jobId) {}

  /**
   * Events were written in one transaction.
   *
   * @param took time of the transaction, waiting for an unavailable database included
   */
  default void eventsWritten(int events, Duration took) {}
}
