package io.plateau.interpolator.evaluation;

import io.grpc.stub.StreamObserver;
import io.plateau.interpolator.metrics.InterpolatorMetrics;
import io.plateau.proto.interpolator.v1.WatchEvaluationResponse;
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
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The watches of evaluations that are open: their items, and between them how far they are. */
final class EvaluationWatches implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EvaluationWatches.class);
  private static final Duration PROGRESS_PAUSE = Duration.ofSeconds(1);

  private final JobStore jobs;
  private final StoredItems items;
  private final JobWatch watch;
  private final OpenStreams streams;
  private final InterpolatorMetrics metrics;
  private final Set<EvaluationStream> open = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService ticker;

  EvaluationWatches(
      JobStore jobs,
      StoredItems items,
      JobWatch watch,
      OpenStreams streams,
      InterpolatorMetrics metrics) {
    this.jobs = jobs;
    this.items = items;
    this.watch = watch;
    this.streams = streams;
    this.metrics = metrics;
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "evaluation-watches");
              thread.setDaemon(true);
              return thread;
            });
    var unused =
        ticker.scheduleWithFixedDelay(
            this::progress,
            PROGRESS_PAUSE.toMillis(),
            PROGRESS_PAUSE.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /**
   * Streams an evaluation's items after a number, then new ones as they are made.
   *
   * @throws PlateauException POSITION_OUT_OF_RANGE for an item that is not there yet
   * @throws JobException NOT_FOUND, TOO_MANY_WATCHERS
   */
  void open(String id, long afterSequence, StreamObserver<WatchEvaluationResponse> observer) {
    Job job = jobs.get(id);
    long last = items.lastSequence(job);
    if (afterSequence > last) {
      throw PlateauException.builder(
              Reason.POSITION_OUT_OF_RANGE,
              "after_sequence: "
                  + afterSequence
                  + " is beyond the newest item, "
                  + last
                  + ". Watch again from there.")
          .field("after_sequence", "must be at most " + last)
          .metadata("last", last)
          .build();
    }
    FlowControlledStream<WatchEvaluationResponse> stream =
        streams.open(
            observer,
            EvaluationStream.CAPACITY,
            ShutdownPolicy.END_AT_ONCE,
            metrics::streamBlocked);
    AtomicReference<EvaluationStream> self = new AtomicReference<>();
    EvaluationStream events =
        new EvaluationStream(id, afterSequence, stream, () -> open.remove(self.get()));
    self.set(events);
    open.add(events);
    try {
      // An item's event never has a smaller number than the item.
      watch.watch(id, afterSequence, events);
    } catch (RuntimeException refused) {
      open.remove(events);
      stream.fail(refused);
    }
  }

  private void progress() {
    Map<String, Job> known = new HashMap<>();
    try {
      for (EvaluationStream events : open) {
        events.progress(known.computeIfAbsent(events.id(), jobs::get));
      }
    } catch (DatabaseException | JobException e) {
      LOG.debug("The progress of watched evaluations can't be read", e);
    } catch (RuntimeException e) {
      LOG.error("The progress of watched evaluations can't be told", e);
    }
  }

  @Override
  public void close() {
    ticker.shutdownNow();
    watch.close();
  }
}
