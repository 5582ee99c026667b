package io.plateau.trainer.training;

import io.grpc.stub.StreamObserver;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.Progress;
import io.plateau.proto.trainer.v1.WatchTrainingResponse;
import io.plateau.service.database.DatabaseException;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.jobs.Job;
import io.plateau.service.jobs.JobException;
import io.plateau.service.jobs.JobStore;
import io.plateau.service.jobs.JobWatch;
import io.plateau.service.streaming.FlowControlledStream;
import io.plateau.service.streaming.OpenStreams;
import io.plateau.service.streaming.ShutdownPolicy;
import io.plateau.trainer.metrics.TrainerMetrics;
import io.plateau.trainer.metrics.TrainerMetrics.StreamKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The watches of trainings that are open: their events, and between them how far they are. */
final class TrainingWatches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingWatches.class);
  private static final Duration TICK = Duration.ofMillis(50);
  private static final Duration PROGRESS_PAUSE = Duration.ofSeconds(1);

  private final JobStore jobs;
  private final JobWatch watch;
  private final OpenStreams streams;
  private final TrainerMetrics metrics;
  private final Set<TrainingEventStream> open = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService ticker;

  TrainingWatches(JobStore jobs, JobWatch watch, OpenStreams streams, TrainerMetrics metrics) {
    this.jobs = jobs;
    this.watch = watch;
    this.streams = streams;
    this.metrics = metrics;
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "training-watches");
              thread.setDaemon(true);
              return thread;
            });
    var unusedAsking =
        ticker.scheduleWithFixedDelay(
            () -> open.forEach(TrainingEventStream::askForMore),
            TICK.toMillis(),
            TICK.toMillis(),
            TimeUnit.MILLISECONDS);
    var unusedTelling =
        ticker.scheduleWithFixedDelay(
            this::progress,
            PROGRESS_PAUSE.toMillis(),
            PROGRESS_PAUSE.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /**
   * Streams a training's events after a number, then new ones as they happen.
   *
   * @throws PlateauException POSITION_OUT_OF_RANGE for an event that is not there yet
   * @throws JobException NOT_FOUND, TOO_MANY_WATCHERS
   */
  void open(String id, long after, StreamObserver<WatchTrainingResponse> observer) {
    Job job = jobs.get(id);
    if (after > job.lastEvent()) {
      throw PlateauException.builder(
              Reason.POSITION_OUT_OF_RANGE,
              "after_event: "
                  + after
                  + " is beyond the newest event, "
                  + job.lastEvent()
                  + ". Watch again from there.")
          .field("after_event", "must be at most " + job.lastEvent())
          .metadata("last", job.lastEvent())
          .build();
    }
    JobState state =
        jobs.stateAt(id, after).map(TrainingMessages::state).orElse(JobState.JOB_STATE_UNSPECIFIED);
    FlowControlledStream<WatchTrainingResponse> stream =
        streams.open(
            observer,
            TrainingEventStream.CAPACITY,
            ShutdownPolicy.END_AT_ONCE,
            seconds -> metrics.blocked(StreamKind.WATCH, seconds));
    AtomicReference<TrainingEventStream> self = new AtomicReference<>();
    TrainingEventStream events =
        new TrainingEventStream(id, state, stream, () -> open.remove(self.get()));
    self.set(events);
    open.add(events);
    try {
      watch.watch(id, after, events);
    } catch (RuntimeException refused) {
      open.remove(events);
      stream.fail(refused);
    }
  }

  /** Watches that are open now. */
  int count() {
    return open.size();
  }

  private void progress() {
    Map<String, Optional<Progress>> known = new HashMap<>();
    try {
      for (TrainingEventStream events : open) {
        if (events.wantsProgress()) {
          known
              .computeIfAbsent(events.id(), id -> TrainingMessages.progress(jobs.get(id)))
              .ifPresent(events::progress);
        }
      }
    } catch (DatabaseException | JobException e) {
      LOG.debug("The progress of watched trainings can't be read", e);
    } catch (RuntimeException e) {
      LOG.error("The progress of watched trainings can't be told", e);
    }
  }

  @Override
  public void close() {
    ticker.shutdownNow();
    watch.close();
  }
}
