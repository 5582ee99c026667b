package io.plateau.interpolator.evaluation;

import com.google.protobuf.ByteString;
import io.grpc.BindableService;
import io.plateau.interpolator.device.DeviceQueue;
import io.plateau.interpolator.path.PathPlanner;
import io.plateau.interpolator.path.PathWork;
import io.plateau.service.database.Database;
import io.plateau.service.jobs.JobLimits;
import io.plateau.service.jobs.JobScheduler;
import io.plateau.service.jobs.JobSchedulerSettings;
import io.plateau.service.jobs.JobStore;
import io.plateau.service.jobs.JobWatch;
import io.plateau.service.limits.BoundedExecutor;
import io.plateau.service.streaming.OpenStreams;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** The durable evaluations of one server: their queue, workers, watches and gRPC service. */
public final class Evaluations implements AutoCloseable {
  /** The kind of job that an evaluation is. */
  public static final String KIND = "evaluation";

  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

  private final JobScheduler scheduler;
  private final EvaluationWatches watches;
  private final EvaluationEndpoint endpoint;

  /**
   * How evaluations are run.
   *
   * @param scheduler workers and intervals
   * @param maxQueued evaluations that may wait
   * @param maxWatches watches at a time
   */
  public record Settings(JobSchedulerSettings scheduler, int maxQueued, int maxWatches) {}

  /**
   * @param database opened with the migrations of jobs
   * @param preparation threads that find ends and data
   * @param errors writes a failure as a job's error
   */
  public Evaluations(
      Database database,
      PathPlanner planner,
      DeviceQueue queue,
      BoundedExecutor preparation,
      PathWork.Surroundings surroundings,
      OpenStreams streams,
      Settings settings,
      Function<Throwable, ByteString> errors) {
    JobStore jobs = new JobStore(database, KIND, limits(settings.maxQueued()));
    StoredItems items = new StoredItems(jobs);
    this.scheduler =
        new JobScheduler(
            jobs,
            new EvaluationHandler(items, planner, queue, surroundings),
            settings.scheduler(),
            errors,
            List.of());
    this.watches =
        new EvaluationWatches(
            jobs,
            items,
            new JobWatch(jobs, JobWatch.DEFAULT_POLL_INTERVAL, settings.maxWatches()),
            streams,
            surroundings.metrics());
    this.endpoint = new EvaluationEndpoint(jobs, items, planner, preparation, watches);
    surroundings.metrics().watchJobs(jobs::countByState);
  }

  /**
   * Ten thousand classes make a point of a megabyte, and ten thousand alphas with 32 schemes a plan
   * of three.
   */
  private static JobLimits limits(int maxQueued) {
    return new JobLimits(
        maxQueued,
        RETRY_AFTER,
        4 << 20,
        4 << 20,
        64 << 10,
        4 << 20,
        2_000_000,
        8L << 30,
        65,
        1_000);
  }

  /** Goes on with what an earlier process left, and takes what comes. */
  public void start() {
    scheduler.start();
  }

  /** The gRPC service. */
  public BindableService service() {
    return endpoint;
  }

  /** Has running evaluations stop and puts them back into the queue. */
  public void stopEvaluating() {
    scheduler.close();
  }

  @Override
  public void close() {
    scheduler.close();
    watches.close();
  }
}
