package io.plateau.service.jobs;

import com.google.protobuf.ByteString;
import java.util.Optional;

/**
 * How an attempt ended.
 *
 * @param state a final state or PAUSED; empty: stopped because it was asked to, and {@link
 *     JobScheduler} decides (CANCELLED, PAUSED, or back into the queue)
 * @param result what was reached, also where the job did not succeed
 * @param error why it failed or paused
 */
public record JobOutcome(
    Optional<JobState> state, Optional<ByteString> result, Optional<ByteString> error) {

  public JobOutcome {
    if (state.isPresent() && !state.get().isFinal() && state.get() != JobState.PAUSED) {
      throw new IllegalArgumentException("a job can't end as " + state.get());
    }
  }

  /** Done. */
  public static JobOutcome succeeded(ByteString result) {
    return new JobOutcome(Optional.of(JobState.SUCCEEDED), Optional.of(result), Optional.empty());
  }

  /** Ran to its end but did not learn; {@code error} says what was missed. */
  public static JobOutcome failedToLearn(ByteString result, ByteString error) {
    return new JobOutcome(
        Optional.of(JobState.FAILED_TO_LEARN), Optional.of(result), Optional.of(error));
  }

  /** Ended by an error. */
  public static JobOutcome failed(ByteString error) {
    return new JobOutcome(Optional.of(JobState.FAILED), Optional.empty(), Optional.of(error));
  }

  /** Ended on request, keeping what was recorded. */
  public static JobOutcome cancelled(ByteString result) {
    return new JobOutcome(Optional.of(JobState.CANCELLED), Optional.of(result), Optional.empty());
  }

  /**
   * Can't go on until someone sees to it and resumes the job, for example because a disk is full.
   */
  public static JobOutcome paused(ByteString error) {
    return new JobOutcome(Optional.of(JobState.PAUSED), Optional.empty(), Optional.of(error));
  }

  /** Saved and stopped, because {@link JobContext#shouldStop} said so. */
  public static JobOutcome stopped() {
    return new JobOutcome(Optional.empty(), Optional.empty(), Optional.empty());
  }
}
