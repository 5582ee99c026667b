package io.plateau.interpolator.evaluation;

import io.plateau.interpolator.device.DeviceQueue;
import io.plateau.interpolator.path.PathHistory;
import io.plateau.interpolator.path.PathPlanner;
import io.plateau.interpolator.path.PathWork;
import io.plateau.interpolator.path.PlannedPath;
import io.plateau.proto.common.v1.Progress;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.interpolator.v1.PathSummary;
import io.plateau.proto.interpolator.v1.Plan;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.jobs.JobContext;
import io.plateau.service.jobs.JobHandler;
import io.plateau.service.jobs.JobOutcome;
import io.plateau.service.translation.RequestField;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates a path as a job: plans it, takes turns on the device with everybody else, and stores
 * items as they come. A later attempt goes on with the plan of the first, so that it computes the
 * same bits, and leaves out what is stored.
 */
final class EvaluationHandler implements JobHandler {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationHandler.class);
  private static final RequestField SPEC = new RequestField("spec");
  private static final Duration PATIENCE = Duration.ofMillis(50);
  private static final Duration RETRY_PAUSE = Duration.ofSeconds(1);
  private static final Duration RETRY_TIME = Duration.ofMinutes(5);
  private static final int TURNS_AHEAD = 2;

  private final StoredItems items;
  private final PathPlanner planner;
  private final DeviceQueue queue;
  private final PathWork.Surroundings surroundings;

  EvaluationHandler(
      StoredItems items,
      PathPlanner planner,
      DeviceQueue queue,
      PathWork.Surroundings surroundings) {
    this.items = items;
    this.planner = planner;
    this.queue = queue;
    this.surroundings = surroundings;
  }

  @Override
  public JobOutcome run(JobContext context) throws InterruptedException {
    PathHistory history = items.history(context.job().id());
    PathSpec spec =
        history
            .plan()
            .map(Plan::getSpec)
            .orElseGet(() -> EvaluationMessages.request(context.job()).getSpec());
    Optional<PlannedPath> path = plan(spec, context);
    if (path.isEmpty()) {
      return JobOutcome.stopped();
    }
    requireSamePlan(history, path.get());
    JobSink sink =
        new JobSink(TURNS_AHEAD * (path.get().schemes().size() + PathWork.ITEMS_BESIDE_POINTS));
    PathWork work = new PathWork(path.get(), history, sink, surroundings, sink::end);
    work.begin();
    DeviceQueue.Ticket ticket = queue.submit(work);
    try {
      return pass(sink, ticket, context);
    } finally {
      ticket.stop();
    }
  }

  /** Passes items on until the work has ended. */
  private JobOutcome pass(JobSink sink, DeviceQueue.Ticket ticket, JobContext context)
      throws InterruptedException {
    Optional<PathSummary> summary = Optional.empty();
    while (!sink.isDrained()) {
      if (context.shouldStop()) {
        sink.stop();
        ticket.stop();
      }
      Optional<PathItem> item = sink.take(PATIENCE);
      if (item.isEmpty()) {
        continue;
      }
      if (item.get().hasProgress()) {
        Progress progress = item.get().getProgress();
        context.progress(
            (double) progress.getDone() / Math.max(1, progress.getTotal()),
            progress.toByteString());
      } else {
        context.emit(item.get().toByteString());
      }
      if (item.get().hasSummary()) {
        summary = Optional.of(item.get().getSummary());
      }
    }
    if (sink.isCompleted() && summary.isPresent()) {
      return JobOutcome.succeeded(summary.get().toByteString());
    }
    Optional<Throwable> failure = sink.failure();
    if (failure.isEmpty() || context.shouldStop()) {
      return JobOutcome.stopped();
    }
    if (failure.get() instanceof RuntimeException known) {
      throw known;
    }
    throw new IllegalStateException(failure.get());
  }

  /**
   * Plans and brings the ends here, and again while the trainer or a store is away for a while.
   *
   * @return empty if the job was to stop in between
   */
  private Optional<PlannedPath> plan(PathSpec spec, JobContext context)
      throws InterruptedException {
    long giveUp = System.nanoTime() + RETRY_TIME.toNanos();
    while (!context.shouldStop()) {
      try {
        PlannedPath path = planner.plan(spec, SPEC);
        path.fetch(context::shouldStop);
        return Optional.of(path);
      } catch (PlateauException e) {
        if (e.reason() == Reason.CANCELLED && context.shouldStop()) {
          return Optional.empty();
        }
        boolean passes =
            e.reason() == Reason.TRAINER_UNAVAILABLE || e.reason() == Reason.STORE_UNAVAILABLE;
        if (!passes || System.nanoTime() > giveUp) {
          throw e;
        }
        LOG.info("Evaluation {} waits: {}", context.job().id(), e.getMessage());
      }
      long wakeUp = System.nanoTime() + RETRY_PAUSE.toNanos();
      while (!context.shouldStop() && System.nanoTime() < wakeUp) {
        Thread.sleep(PATIENCE.toMillis());
      }
    }
    return Optional.empty();
  }

  private static void requireSamePlan(PathHistory history, PlannedPath path) {
    if (history.plan().isPresent()
        && !history.plan().get().getFingerprint().equals(path.plan().getFingerprint())) {
      throw PlateauException.of(
          Reason.STATE_CONFLICT,
          "The ends, the data or the device are not those that the evaluation began with, so its"
              + " stored points don't go with what would follow. Create it again.");
    }
  }
}
