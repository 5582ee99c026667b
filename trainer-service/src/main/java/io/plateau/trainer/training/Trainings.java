package io.plateau.trainer.training;

import com.google.protobuf.ByteString;
import io.grpc.BindableService;
import io.plateau.core.checkpoint.CheckpointStore;
import io.plateau.service.database.Database;
import io.plateau.service.jobs.JobException;
import io.plateau.service.jobs.JobLimits;
import io.plateau.service.jobs.JobScheduler;
import io.plateau.service.jobs.JobSchedulerSettings;
import io.plateau.service.jobs.JobState;
import io.plateau.service.jobs.JobStore;
import io.plateau.service.jobs.JobWatch;
import io.plateau.service.streaming.OpenStreams;
import io.plateau.trainer.metrics.TrainerMetrics;
import io.plateau.trainer.pair.PairWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The trainings of one server: its queue, its workers, its watches and its gRPC service. */
public final class Trainings implements AutoCloseable {
  /** The kind of job that a training is. */
  public static final String KIND = "training";

  private static final Logger LOG = LoggerFactory.getLogger(Trainings.class);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

  private final JobStore jobs;
  private final CheckpointStore store;
  private final JobScheduler scheduler;
  private final TrainingWatches watches;
  private final TrainingEndpoint endpoint;

  /**
   * How trainings are run.
   *
   * @param scheduler workers and intervals
   * @param maxQueued trainings that may wait
   * @param maxWatches watches at a time
   */
  public record Settings(JobSchedulerSettings scheduler, int maxQueued, int maxWatches) {}

  /**
   * @param database opened with the migrations of jobs and of the trainer
   * @param errors writes a failure as a job's error
   */
  public Trainings(
      Database database,
      CheckpointStore store,
      TrainingResolver resolver,
      PairWriter pairs,
      OpenStreams streams,
      TrainerMetrics metrics,
      Settings settings,
      Function<Throwable, ByteString> errors) {
    this.store = store;
    this.jobs = new JobStore(database, KIND, limits(settings.maxQueued()));
    TrainingTable table = new TrainingTable(database);
    TrainingHandler handler =
        new TrainingHandler(
            jobs, table, resolver, new ResumeStates(store, metrics), pairs, metrics, errors);
    this.scheduler =
        new JobScheduler(jobs, handler, settings.scheduler(), errors, List.of(handler, metrics));
    this.watches =
        new TrainingWatches(
            jobs,
            new JobWatch(jobs, JobWatch.DEFAULT_POLL_INTERVAL, settings.maxWatches()),
            streams,
            metrics);
    this.endpoint =
        new TrainingEndpoint(jobs, table, resolver, watches, new TrainingLists(jobs, table), store);
    metrics.readJobs(jobs::countByState);
  }

  /** Ten thousand classes make an epoch's record of half a megabyte. */
  private static JobLimits limits(int maxQueued) {
    return new JobLimits(
        maxQueued,
        RETRY_AFTER,
        1 << 20,
        64 << 10,
        1 << 20,
        1 << 20,
        2_000_000,
        4L << 30,
        64,
        1_000);
  }

  /** Drops what trainings that are no more have left in the store, and starts to train. */
  public void start() {
    Set<String> left = new HashSet<>(store.listResumeStates());
    left.addAll(store.listUncommitted());
    for (String id : left) {
      Optional<JobState> state = state(id);
      boolean kept =
          state.isPresent()
              && state.get() != JobState.SUCCEEDED
              && state.get() != JobState.FAILED_TO_LEARN;
      if (!kept) {
        LOG.info("Dropping what training {} left half-done", id);
        store.deleteResumeState(id);
        store.discard(id);
      }
    }
    scheduler.start();
  }

  /** The state of a training; empty if there is none of that id. */
  public Optional<JobState> state(String id) {
    try {
      return Optional.of(jobs.get(id).state());
    } catch (JobException e) {
      if (e.reason() == JobException.Reason.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The gRPC service. */
  public BindableService service() {
    return endpoint;
  }

  /** Has running trainings saved and puts them back into the queue. */
  public void stopTraining() {
    scheduler.close();
  }

  @Override
  public void close() {
    scheduler.close();
    watches.close();
  }
}
