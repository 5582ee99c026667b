package io.plateau.trainer.metrics;

import io.plateau.service.database.DatabaseException;
import io.plateau.service.jobs.Job;
import io.plateau.service.jobs.JobListener;
import io.plateau.service.jobs.JobState;
import io.plateau.service.metrics.Distribution;
import io.plateau.service.metrics.Instruments;
import io.plateau.service.metrics.MetricCatalogue;
import io.plateau.service.metrics.MetricDefinition;
import io.plateau.service.metrics.MetricLabel;
import io.plateau.service.metrics.MetricUnit;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the trainer measures of itself. */
public final class TrainerMetrics implements JobListener {
  private static final Logger LOG = LoggerFactory.getLogger(TrainerMetrics.class);
  private static final MetricLabel STATE =
      new MetricLabel(
          "state",
          "`queued`, `running`, `paused`, `succeeded`, `failed_to_learn`, `failed`, `cancelled`");
  private static final MetricLabel OP =
      new MetricLabel(
          "op",
          "`save_state` (to resume from), `load_state`, `write` (one end), `commit` (the manifest),"
              + " `verify`");
  private static final MetricLabel WORKER =
      new MetricLabel("worker", "place of the worker, from `0` to `trainer.workers` - 1");
  private static final MetricLabel KIND = new MetricLabel("kind", "`read` or `export`");
  private static final MetricLabel STREAM =
      new MetricLabel("stream", "`watch`, `read` or `export`");

  private static final List<Double> STEP_BUCKETS =
      List.of(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);
  private static final List<Double> LONG_BUCKETS =
      List.of(
          0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0,
          7200.0);

  static final MetricDefinition JOBS =
      MetricDefinition.gauge(
          "trainer_jobs",
          MetricUnit.NONE,
          "Trainings by state, of every replica on the same database.",
          STATE);
  static final MetricDefinition ATTEMPTS =
      MetricDefinition.counter(
          "trainer_attempts_total",
          MetricUnit.NONE,
          "Attempts at trainings that ended here, by the state that they left; `queued` is one that"
              + " stopped and goes on later.",
          STATE);
  static final MetricDefinition LEASES_LOST =
      MetricDefinition.counter(
          "trainer_leases_lost_total",
          MetricUnit.NONE,
          "Trainings that moved to another worker while this one still ran them.");
  static final MetricDefinition REVIVED =
      MetricDefinition.counter(
          "trainer_revived_total",
          MetricUnit.NONE,
          "Trainings of dead workers that were put back to be run again.");
  static final MetricDefinition QUEUE_WAIT =
      MetricDefinition.histogram(
          "trainer_queue_wait_seconds",
          MetricUnit.SECONDS,
          "Time from a training's entry into the queue to the start of an attempt.",
          LONG_BUCKETS);
  static final MetricDefinition SAMPLES =
      MetricDefinition.counter("trainer_samples_total", MetricUnit.NONE, "Samples trained on.");
  static final MetricDefinition STEP =
      MetricDefinition.histogram(
          "trainer_step_duration_seconds",
          MetricUnit.SECONDS,
          "Time of one step: batch, forward and backward pass, update.",
          STEP_BUCKETS);
  static final MetricDefinition EPOCH =
      MetricDefinition.histogram(
          "trainer_epoch_duration_seconds",
          MetricUnit.SECONDS,
          "Time of one epoch, measuring left out.",
          LONG_BUCKETS);
  static final MetricDefinition LOSS =
      MetricDefinition.gauge(
          "trainer_training_loss",
          MetricUnit.NONE,
          "Training loss after the latest epoch of the training that a worker runs.",
          WORKER);
  static final MetricDefinition CHECKPOINT =
      MetricDefinition.histogram(
          "trainer_checkpoint_duration_seconds",
          MetricUnit.SECONDS,
          "Time of one operation on the checkpoint store.",
          LONG_BUCKETS,
          OP);
  static final MetricDefinition CHECKPOINT_FAILURES =
      MetricDefinition.counter(
          "trainer_checkpoint_failures_total",
          MetricUnit.NONE,
          "Operations on the checkpoint store that failed.",
          OP);
  static final MetricDefinition PAIRS =
      MetricDefinition.gauge(
          "trainer_pairs", MetricUnit.NONE, "Checkpoint pairs in the catalogue.");
  static final MetricDefinition PAIR_BYTES =
      MetricDefinition.gauge(
          "trainer_pairs_bytes", MetricUnit.BYTES, "Bytes of their checkpoints.");
  static final MetricDefinition TRANSFERRED =
      MetricDefinition.counter(
          "trainer_transfer_bytes_total",
          MetricUnit.BYTES,
          "Bytes of checkpoints sent to callers.",
          KIND);
  static final MetricDefinition BLOCKED =
      MetricDefinition.counter(
          "trainer_stream_blocked_seconds_total",
          MetricUnit.SECONDS,
          "Time that streams waited for their clients.",
          STREAM);

  /** The trainer's own metrics. */
  public static final MetricCatalogue CATALOGUE =
      MetricCatalogue.of(
          JOBS,
          ATTEMPTS,
          LEASES_LOST,
          REVIVED,
          QUEUE_WAIT,
          SAMPLES,
          STEP,
          EPOCH,
          LOSS,
          CHECKPOINT,
          CHECKPOINT_FAILURES,
          PAIRS,
          PAIR_BYTES,
          TRANSFERRED,
          BLOCKED);

  /** What is done with the checkpoint store. */
  public enum StoreOperation {
    SAVE_STATE,
    LOAD_STATE,
    WRITE,
    COMMIT,
    VERIFY;

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Something that streams to a client. */
  public enum StreamKind {
    WATCH,
    READ,
    EXPORT;

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Size of the catalogue.
   *
   * @param pairs how many
   * @param bytes of their checkpoints
   */
  public record CatalogueSize(long pairs, long bytes) {}

  private final Instruments instruments;
  private final Counter attempts;
  private final Counter leasesLost;
  private final Counter revived;
  private final Distribution queueWait;
  private final Counter samples;
  private final Distribution step;
  private final Distribution epoch;
  private final Gauge loss;
  private final Distribution checkpoint;
  private final Counter checkpointFailures;
  private final Counter transferred;
  private final Counter blocked;

  /**
   * @param instruments of a catalogue that includes {@link #CATALOGUE}
   */
  public TrainerMetrics(Instruments instruments) {
    this.instruments = instruments;
    attempts = instruments.counter(ATTEMPTS);
    leasesLost = instruments.counter(LEASES_LOST);
    revived = instruments.counter(REVIVED);
    queueWait = instruments.distribution(QUEUE_WAIT);
    samples = instruments.counter(SAMPLES);
    step = instruments.distribution(STEP);
    epoch = instruments.distribution(EPOCH);
    loss = instruments.gauge(LOSS);
    checkpoint = instruments.distribution(CHECKPOINT);
    checkpointFailures = instruments.counter(CHECKPOINT_FAILURES);
    transferred = instruments.counter(TRANSFERRED);
    blocked = instruments.counter(BLOCKED);
    for (JobState state : JobState.values()) {
      if (state != JobState.RUNNING) {
        attempts.initLabelValues(label(state));
      }
    }
    for (StoreOperation operation : StoreOperation.values()) {
      checkpoint.begin(operation.label());
      checkpointFailures.initLabelValues(operation.label());
    }
    transferred.initLabelValues(StreamKind.READ.label());
    transferred.initLabelValues(StreamKind.EXPORT.label());
    for (StreamKind kind : StreamKind.values()) {
      blocked.initLabelValues(kind.label());
    }
  }

  /** Reads the jobs by state at each scrape; a database that is away shows as no series. */
  public void readJobs(Supplier<Map<JobState, Long>> counts) {
    instruments.gauge(
        JOBS,
        callback -> {
          try {
            counts.get().forEach((state, count) -> callback.call((double) count, label(state)));
          } catch (DatabaseException e) {
            LOG.debug("Jobs can't be counted", e);
          }
        });
  }

  /** Reads the catalogue's size at each scrape; a database that is away shows as no series. */
  public void readPairs(Supplier<CatalogueSize> size) {
    instruments.gauge(
        PAIRS,
        callback -> {
          try {
            callback.call((double) size.get().pairs());
          } catch (DatabaseException e) {
            LOG.debug("Pairs can't be counted", e);
          }
        });
    instruments.gauge(
        PAIR_BYTES,
        callback -> {
          try {
            callback.call((double) size.get().bytes());
          } catch (DatabaseException e) {
            LOG.debug("Pairs can't be counted", e);
          }
        });
  }

  @Override
  public void started(Job job, Duration waited) {
    queueWait.observe(Math.max(0, seconds(waited)));
  }

  @Override
  public void ended(Job job, Duration ran) {
    attempts.labelValues(label(job.state())).inc();
  }

  @Override
  public void leaseLost(Job job) {
    leasesLost.inc();
  }

  @Override
  public void revived(String jobId) {
    revived.inc();
  }

  /** A step was made. */
  public void step(int batch, double seconds) {
    samples.inc(batch);
    step.observe(seconds);
  }

  /** An epoch was trained. */
  public void epoch(double seconds) {
    epoch.observe(seconds);
  }

  /** A worker's training was measured. */
  public void loss(int worker, double value) {
    loss.labelValues(Integer.toString(worker)).set(value);
  }

  /** A worker has no training any more. */
  public void noLoss(int worker) {
    loss.remove(Integer.toString(worker));
  }

  /** Runs an operation on the store and measures it. */
  public <R> R timed(StoreOperation operation, Supplier<R> work) {
    long start = System.nanoTime();
    try {
      R result = work.get();
      checkpoint.observeSince(start, operation.label());
      return result;
    } catch (RuntimeException e) {
      checkpointFailures.labelValues(operation.label()).inc();
      throw e;
    }
  }

  /** Bytes of checkpoints were handed to a stream. */
  public void transferred(StreamKind kind, long bytes) {
    transferred.labelValues(kind.label()).inc(bytes);
  }

  /** A stream waited for its client. */
  public void blocked(StreamKind kind, double seconds) {
    blocked.labelValues(kind.label()).inc(seconds);
  }

  private static String label(JobState state) {
    return state.name().toLowerCase(Locale.ROOT);
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
