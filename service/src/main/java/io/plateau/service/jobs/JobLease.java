package io.plateau.service.jobs;

import com.google.protobuf.ByteString;
import io.plateau.service.jobs.JobTable.Directive;
import io.plateau.service.jobs.JobTable.Locked;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/**
 * The right of one attempt to write to its job, and the only way to do so.
 *
 * <p>Each write locks the job and checks that it is RUNNING and that the attempt is still the
 * latest; a worker whose job moved on gets LEASE_LOST and can't do harm. Each write has a number,
 * so that one whose answer was lost with the connection is recognized when it is repeated.
 */
final class JobLease {

  /** What an attempt writes at its end. */
  record Ending(
      JobState state,
      Optional<ByteString> result,
      Optional<ByteString> error,
      boolean resetFruitless) {}

  /** What came of trying to start an attempt; no lease: there is nothing to run. */
  record Claim(Optional<JobLease> lease, Job job) {}

  private final JobStore store;
  private final Job job;
  private final BooleanSupplier abandoned;

  private JobLease(JobStore store, Job job, BooleanSupplier abandoned) {
    this.store = store;
    this.job = job;
    this.abandoned = abandoned;
  }

  /**
   * Starts the next attempt of a job, or ends the job where it was cancelled or paused or has been
   * attempted too often in vain.
   *
   * @param taskVersion version of the task that was picked; empty result if it was given to another
   * @param fruitlessAttempts largest number of attempts without progress
   * @param exhausted error of a job that exceeds it
   * @param abandoned asked while the database is away: whether to give up
   */
  static Optional<Claim> claim(
      JobStore store,
      String id,
      long taskVersion,
      int fruitlessAttempts,
      Supplier<ByteString> exhausted,
      BooleanSupplier abandoned) {
    Optional<Claim> claim =
        store
            .database()
            .inTransaction(
                handle -> {
                  JobTable jobs = store.table();
                  Optional<Locked> found = jobs.lock(handle, id);
                  boolean runnable =
                      found.isPresent()
                          && (found.get().state() == JobState.QUEUED
                              || found.get().state() == JobState.RUNNING);
                  if (!runnable || !store.tasks().isPicked(handle, id, taskVersion)) {
                    return Optional.empty();
                  }
                  Locked locked = found.get();
                  Instant now = store.database().clock().instant();
                  Optional<Ending> ending = ending(locked, fruitlessAttempts, exhausted);
                  if (ending.isPresent()) {
                    end(store, handle, locked, ending.get(), now);
                    return Optional.of(new Claim(Optional.empty(), jobs.get(handle, id)));
                  }
                  start(handle, id, now);
                  jobs.insertStateEvent(handle, id, now);
                  Job job = jobs.get(handle, id);
                  return Optional.of(
                      new Claim(Optional.of(new JobLease(store, job, abandoned)), job));
                });
    if (claim.isPresent()) {
      store.changed(id);
    }
    return claim;
  }

  private static Optional<Ending> ending(
      Locked locked, int fruitlessAttempts, Supplier<ByteString> exhausted) {
    if (locked.directive().isPresent()) {
      JobState state =
          locked.directive().get() == Directive.CANCEL ? JobState.CANCELLED : JobState.PAUSED;
      return Optional.of(new Ending(state, Optional.empty(), Optional.empty(), true));
    }
    if (locked.fruitlessAttempts() >= fruitlessAttempts) {
      return Optional.of(
          new Ending(JobState.FAILED, Optional.empty(), Optional.of(exhausted.get()), true));
    }
    return Optional.empty();
  }

  private static void start(Handle handle, String id, Instant now) {
    handle
        .createUpdate(
            "UPDATE jobs SET state = 'RUNNING', attempt = attempt + 1, batch = 0,"
                + " fruitless_attempts = fruitless_attempts + 1,"
                + " start_time = COALESCE(start_time, :now), last_event = last_event + 1,"
                + " version = version + 1, update_time = :now WHERE id = :id")
        .bind("id", id)
        .bind("now", now)
        .execute();
  }

  /** The job as the claim left it. */
  Job job() {
    return job;
  }

  /**
   * Appends events and keeps the latest progress, waiting for the database if it is away.
   *
   * @param batch 1, 2, 3, ... within the attempt; the same number again is the same write again
   * @param progress empty: as it was
   * @throws JobException LEASE_LOST, TOO_MANY_EVENTS
   */
  void append(long batch, List<ByteString> events, Optional<Progress> progress) {
    long bytes = events.stream().mapToLong(ByteString::size).sum();
    store
        .database()
        .untilAvailable(
            abandoned,
            handle -> {
              Locked locked = lockOwned(handle);
              if (locked.batch() >= batch) {
                return 0;
              }
              refuseTooMany(locked.lastEvent() + events.size(), locked.eventBytes() + bytes);
              handle
                  .createUpdate(
                      "UPDATE jobs SET last_event = last_event + :count,"
                          + " event_bytes = event_bytes + :bytes, batch = :batch,"
                          + " fruitless_attempts = 0 WHERE id = :id")
                  .bind("id", job.id())
                  .bind("count", events.size())
                  .bind("bytes", bytes)
                  .bind("batch", batch)
                  .execute();
              if (!events.isEmpty()) {
                Instant now = store.database().clock().instant();
                store
                    .table()
                    .insertEvents(
                        handle, job.id(), locked.lastEvent() + 1, now, job.attempt(), events);
              }
              progress.ifPresent(latest -> writeProgress(handle, latest));
              return 0;
            });
    store.changed(job.id());
  }

  private void writeProgress(Handle handle, Progress progress) {
    handle
        .createUpdate(
            "UPDATE jobs SET progress_fraction = :fraction, progress = :detail WHERE id = :id")
        .bind("id", job.id())
        .bind("fraction", progress.fraction())
        .bind("detail", progress.detail().toByteArray())
        .execute();
  }

  /** Throws TOO_MANY_EVENTS where a job's history would grow beyond its limits. */
  private void refuseTooMany(long events, long bytes) {
    JobLimits limits = store.limits();
    if (events > limits.eventsPerJob() || bytes > limits.eventBytesPerJob()) {
      throw JobException.of(
          JobException.Reason.TOO_MANY_EVENTS,
          store.kind()
              + " '"
              + job.id()
              + "' has more events than allowed: at most "
              + limits.eventsPerJob()
              + " of together "
              + limits.eventBytesPerJob()
              + " bytes",
          Map.of("id", job.id(), "events", Long.toString(events)));
    }
  }

  /**
   * Ends the attempt, waiting for the database if it is away. A request to cancel or pause that
   * came in meanwhile decides over a job that would go back into the queue.
   *
   * @return the job as it is now
   * @throws JobException LEASE_LOST
   */
  Job end(Ending ending) {
    Job ended =
        store
            .database()
            .untilAvailable(
                abandoned,
                handle -> {
                  Optional<Locked> found = store.table().lock(handle, job.id());
                  boolean written =
                      found.isPresent()
                          && found.get().attempt() == job.attempt()
                          && found.get().state() != JobState.RUNNING;
                  if (!written) {
                    Locked locked = owned(found);
                    end(store, handle, locked, ending, store.database().clock().instant());
                  }
                  return store.table().get(handle, job.id());
                });
    store.changed(job.id());
    return ended;
  }

  private static void end(
      JobStore store, Handle handle, Locked locked, Ending ending, Instant now) {
    JobState state = ending.state();
    if (state == JobState.QUEUED && locked.directive().isPresent()) {
      state = locked.directive().get() == Directive.CANCEL ? JobState.CANCELLED : JobState.PAUSED;
    }
    handle
        .createUpdate(
            "UPDATE jobs SET state = :state, directive = NULL, result = :result, error = :error,"
                + " end_time = :end, queue_time = COALESCE(:queued, queue_time), fruitless_attempts = :fruitless,"
                + " last_event = last_event + 1, version = version + 1, update_time = :now"
                + " WHERE id = :id")
        .bind("id", locked.id())
        .bind("now", now)
        .bind("state", state.name())
        .bindByType(
            "result", ending.result().map(ByteString::toByteArray).orElse(null), byte[].class)
        .bindByType("error", ending.error().map(ByteString::toByteArray).orElse(null), byte[].class)
        .bindByType("end", state.isFinal() ? now : null, Instant.class)
        .bindByType("queued", state == JobState.QUEUED ? now : null, Instant.class)
        .bind("fruitless", ending.resetFruitless() ? 0 : locked.fruitlessAttempts())
        .execute();
    store.table().insertStateEvent(handle, locked.id(), now);
  }

  private Locked lockOwned(Handle handle) {
    return owned(store.table().lock(handle, job.id()));
  }

  private Locked owned(Optional<Locked> found) {
    if (found.isEmpty()
        || found.get().attempt() != job.attempt()
        || found.get().state() != JobState.RUNNING) {
      throw lost();
    }
    return found.get();
  }

  JobException lost() {
    return JobException.of(
        JobException.Reason.LEASE_LOST,
        store.kind()
            + " '"
            + job.id()
            + "' is no longer run by this worker (attempt "
            + job.attempt()
            + ")",
        Map.of("id", job.id(), "attempt", Integer.toString(job.attempt())));
  }
}
