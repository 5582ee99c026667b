package io.plateau.service.jobs;

/** Does the work of one kind of job. */
@FunctionalInterface
public interface JobHandler {
  /**
   * Runs a job from its start, or from what an earlier attempt saved.
   *
   * <p>The handler asks {@link JobContext#shouldStop} often enough to answer within a second or
   * two, saves what it has, and returns {@link JobOutcome#stopped}. What it throws ends the job as
   * FAILED - unless the job was told to stop, or the database was unavailable: then the job stays
   * and is run again. Its thread is not interrupted while there is grace left.
   *
   * @param context the job and the way to tell of it
   * @return how it ended
   */
  JobOutcome run(JobContext context) throws Exception;
}
