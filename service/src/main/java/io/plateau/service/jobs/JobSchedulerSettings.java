package io.plateau.service.jobs;

import java.time.Duration;

/**
 * How a process runs jobs.
 *
 * @param workers jobs run at a time by this process, 1 to 64
 * @param pollInterval how often to look for jobs that other replicas queued
 * @param heartbeatInterval how often a worker shows that it lives; four missed ones make it dead
 * @param controlInterval how often to look for requests to cancel that other replicas took
 * @param stopGrace how long {@link JobScheduler#close} waits for handlers to save
 * @param fruitlessAttempts attempts without any event or progress after which a job fails
 */
public record JobSchedulerSettings(
    int workers,
    Duration pollInterval,
    Duration heartbeatInterval,
    Duration controlInterval,
    Duration stopGrace,
    int fruitlessAttempts) {

  /** One worker; a dead replica's job moves within forty seconds. */
  public static final JobSchedulerSettings DEFAULT =
      new JobSchedulerSettings(
          1,
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          Duration.ofMillis(500),
          Duration.ofSeconds(30),
          20);

  /** db-scheduler takes no fewer. */
  static final int MISSED_HEARTBEATS = 4;

  public JobSchedulerSettings {
    if (workers < 1 || workers > 64) {
      throw new IllegalArgumentException("workers is " + workers + ", must be 1 to 64");
    }
    if (pollInterval.toMillis() < 10
        || heartbeatInterval.toMillis() < 100
        || controlInterval.toMillis() < 10
        || stopGrace.isNegative()
        || fruitlessAttempts < 1) {
      throw new IllegalArgumentException("an interval or bound is too small");
    }
  }

  /** The same settings with another number of workers. */
  public JobSchedulerSettings withWorkers(int newWorkers) {
    return new JobSchedulerSettings(
        newWorkers, pollInterval, heartbeatInterval, controlInterval, stopGrace, fruitlessAttempts);
  }

  /** The same settings with another wait at the end. */
  public JobSchedulerSettings withStopGrace(Duration newStopGrace) {
    return new JobSchedulerSettings(
        workers, pollInterval, heartbeatInterval, controlInterval, newStopGrace, fruitlessAttempts);
  }

  /** The same settings with another heartbeat. */
  public JobSchedulerSettings withHeartbeatInterval(Duration newHeartbeatInterval) {
    return new JobSchedulerSettings(
        workers, pollInterval, newHeartbeatInterval, controlInterval, stopGrace, fruitlessAttempts);
  }

  /** How long a worker that shows no life counts as alive. */
  Duration livenessLimit() {
    return heartbeatInterval.multipliedBy(MISSED_HEARTBEATS);
  }
}
