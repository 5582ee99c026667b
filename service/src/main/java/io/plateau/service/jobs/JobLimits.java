package io.plateau.service.jobs;

import java.time.Duration;

/**
 * Bounds of everything that a caller or a handler sizes.
 *
 * @param queuedJobs jobs of the kind that may wait at a time, over all replicas
 * @param retryAfter what a caller is told to wait when the queue is full
 * @param specBytes largest specification
 * @param resultBytes largest result, and largest error
 * @param progressBytes largest progress detail
 * @param eventBytes largest event
 * @param eventsPerJob events of one job
 * @param eventBytesPerJob bytes of all events of one job
 * @param labels labels of one job
 * @param pageSize largest page of a list
 */
public record JobLimits(
    int queuedJobs,
    Duration retryAfter,
    int specBytes,
    int resultBytes,
    int progressBytes,
    int eventBytes,
    long eventsPerJob,
    long eventBytesPerJob,
    int labels,
    int pageSize) {

  /** Bounds for a server of a few gigabytes. */
  public static final JobLimits DEFAULT =
      new JobLimits(
          1_000,
          Duration.ofSeconds(10),
          256 << 10,
          256 << 10,
          16 << 10,
          256 << 10,
          1_000_000,
          1L << 30,
          32,
          100);

  public JobLimits {
    if (queuedJobs < 1
        || retryAfter.isNegative()
        || specBytes < 1
        || resultBytes < 1
        || progressBytes < 0
        || eventBytes < 1
        || eventsPerJob < 1
        || eventBytesPerJob < 1
        || labels < 0
        || pageSize < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }

  /** The same limits with another bound of the queue. */
  public JobLimits withQueuedJobs(int newQueuedJobs) {
    return new JobLimits(
        newQueuedJobs,
        retryAfter,
        specBytes,
        resultBytes,
        progressBytes,
        eventBytes,
        eventsPerJob,
        eventBytesPerJob,
        labels,
        pageSize);
  }

  /** The same limits with another number of events a job. */
  public JobLimits withEventsPerJob(long newEventsPerJob) {
    return new JobLimits(
        queuedJobs,
        retryAfter,
        specBytes,
        resultBytes,
        progressBytes,
        eventBytes,
        newEventsPerJob,
        eventBytesPerJob,
        labels,
        pageSize);
  }
}
