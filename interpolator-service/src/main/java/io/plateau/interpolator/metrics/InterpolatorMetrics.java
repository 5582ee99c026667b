package io.plateau.interpolator.metrics;

import io.plateau.service.metrics.Distribution;
import io.plateau.service.metrics.Instruments;
import io.plateau.service.metrics.MetricCatalogue;
import io.plateau.service.metrics.MetricDefinition;
import io.plateau.service.metrics.MetricLabel;
import io.plateau.service.metrics.MetricUnit;
import io.prometheus.metrics.core.metrics.Counter;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/** What the interpolator measures of itself. */
public final class InterpolatorMetrics {
  /** What became of a point. */
  public enum Outcome {
    /** Evaluated and handed over. */
    COMPUTED,
    /** Found stored by an earlier attempt. */
    REUSED,
    /** Given up because the caller or an operator ended its evaluation. */
    CANCELLED,
    /** Given up because its evaluation failed. */
    FAILED
  }

  /** A part of the time of a point: one alpha under all schemes of a request. */
  public enum Phase {
    /** Ready, while others had their turns. */
    WAIT,
    /** Putting ends and data on the device. */
    LOAD,
    /** Passes through the network. */
    COMPUTE
  }

  /** What is kept for later. */
  public enum Cache {
    /** Checkpoints of the trainer, on disk. */
    CHECKPOINT,
    /** Data sets, in memory. */
    DATASET
  }

  private static final MetricLabel OUTCOME =
      new MetricLabel("outcome", "`computed`, `reused`, `cancelled`, `failed`");
  private static final MetricLabel PHASE = new MetricLabel("phase", "`wait`, `load`, `compute`");
  private static final MetricLabel CACHE = new MetricLabel("cache", "`checkpoint`, `dataset`");
  private static final MetricLabel CACHE_OUTCOME =
      new MetricLabel("outcome", "`hit`, `miss`, `corrupt`");
  private static final MetricLabel KIND =
      new MetricLabel("kind", "`limit`, `reserved` (by plans), `allocated`");
  private static final MetricLabel STATE = new MetricLabel("state", "`running`, `waiting`");

  public static final MetricDefinition PENDING_POINTS =
      MetricDefinition.gauge(
          "interpolator_pending_alpha_points",
          MetricUnit.NONE,
          "Points of accepted evaluations that are not computed yet.");
  public static final MetricDefinition POINTS =
      MetricDefinition.counter(
          "interpolator_alpha_points_total",
          MetricUnit.NONE,
          "Points that left the queue, by what became of them.",
          OUTCOME);
  public static final MetricDefinition SAMPLES =
      MetricDefinition.counter(
          "interpolator_samples_evaluated_total",
          MetricUnit.NONE,
          "Samples evaluated, each once for each alpha and scheme.");
  public static final MetricDefinition POINT_DURATION =
      MetricDefinition.histogram(
          "interpolator_point_duration_seconds",
          MetricUnit.SECONDS,
          "Time of one alpha under all schemes of its request, by phase.",
          List.of(
              0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
              60.0),
          PHASE);
  public static final MetricDefinition FIRST_POINT =
      MetricDefinition.histogram(
          "interpolator_first_point_seconds",
          MetricUnit.SECONDS,
          "Time from a call of Interpolate to its first point.",
          List.of(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0));
  public static final MetricDefinition STREAM_BLOCKED =
      MetricDefinition.counter(
          "interpolator_stream_blocked_seconds_total",
          MetricUnit.SECONDS,
          "Time that evaluations gave up their turns because their readers were slow.");
  public static final MetricDefinition CACHE_REQUESTS =
      MetricDefinition.counter(
          "interpolator_cache_requests_total",
          MetricUnit.NONE,
          "Requests to the caches of checkpoints and data sets.",
          CACHE,
          CACHE_OUTCOME);
  public static final MetricDefinition CACHE_BYTES =
      MetricDefinition.gauge(
          "interpolator_cache_bytes", MetricUnit.BYTES, "Bytes that the caches hold.", CACHE);
  public static final MetricDefinition DEVICE_MEMORY =
      MetricDefinition.gauge(
          "interpolator_device_memory_bytes", MetricUnit.BYTES, "Memory of the device.", KIND);
  public static final MetricDefinition EVALUATIONS =
      MetricDefinition.gauge(
          "interpolator_evaluations", MetricUnit.NONE, "Evaluations in the device's queue.", STATE);
  public static final MetricDefinition ENDPOINT_MISMATCH =
      MetricDefinition.counter(
          "interpolator_endpoint_mismatch_total",
          MetricUnit.NONE,
          "Evaluations that ended because an end did not give its stored loss and error.");
  public static final MetricDefinition NON_FINITE =
      MetricDefinition.counter(
          "interpolator_nonfinite_points_total",
          MetricUnit.NONE,
          "Points with logits that are NaN or infinite.");

  /** The metrics of this class. */
  public static final MetricCatalogue CATALOGUE =
      MetricCatalogue.of(
          PENDING_POINTS,
          POINTS,
          SAMPLES,
          POINT_DURATION,
          FIRST_POINT,
          STREAM_BLOCKED,
          CACHE_REQUESTS,
          CACHE_BYTES,
          DEVICE_MEMORY,
          EVALUATIONS,
          ENDPOINT_MISMATCH,
          NON_FINITE);

  private final Instruments instruments;
  private final Counter points;
  private final Counter samples;
  private final Distribution pointDuration;
  private final Distribution firstPoint;
  private final Counter streamBlocked;
  private final Counter cacheRequests;
  private final Counter endpointMismatch;
  private final Counter nonFinite;

  /**
   * @param instruments of a catalogue that includes {@link #CATALOGUE}
   */
  public InterpolatorMetrics(Instruments instruments) {
    this.instruments = instruments;
    points = instruments.counter(POINTS);
    samples = instruments.counter(SAMPLES);
    pointDuration = instruments.distribution(POINT_DURATION);
    firstPoint = instruments.distribution(FIRST_POINT);
    streamBlocked = instruments.counter(STREAM_BLOCKED);
    cacheRequests = instruments.counter(CACHE_REQUESTS);
    endpointMismatch = instruments.counter(ENDPOINT_MISMATCH);
    nonFinite = instruments.counter(NON_FINITE);
    for (Outcome outcome : Outcome.values()) {
      points.initLabelValues(written(outcome));
    }
    for (Phase phase : Phase.values()) {
      pointDuration.begin(written(phase));
    }
    for (Cache cache : Cache.values()) {
      cacheRequests.initLabelValues(written(cache), "hit");
      cacheRequests.initLabelValues(written(cache), "miss");
    }
  }

  /** Points that left the queue. */
  public void points(Outcome outcome, long count) {
    points.labelValues(written(outcome)).inc(count);
  }

  /** Samples that went through. */
  public void samples(long count) {
    samples.inc(count);
  }

  /** Time of a part of a point. */
  public void duration(Phase phase, double seconds) {
    pointDuration.observe(seconds, written(phase));
  }

  /** Time from a call to its first point. */
  public void firstPoint(double seconds) {
    firstPoint.observe(seconds);
  }

  /** Time that a reader held up its evaluation. */
  public void streamBlocked(double seconds) {
    streamBlocked.inc(seconds);
  }

  /** A request that found what it asked for. */
  public void hit(Cache cache) {
    cacheRequests.labelValues(written(cache), "hit").inc();
  }

  /** A request that did not. */
  public void miss(Cache cache) {
    cacheRequests.labelValues(written(cache), "miss").inc();
  }

  /** A request that found damage. */
  public void corrupt(Cache cache) {
    cacheRequests.labelValues(written(cache), "corrupt").inc();
  }

  /** An end that is not the stored one. */
  public void endpointMismatch() {
    endpointMismatch.inc();
  }

  /** A point with logits that are not finite. */
  public void nonFinite() {
    nonFinite.inc();
  }

  /** Shows what the caches hold. */
  public void watchCaches(DoubleSupplier checkpointBytes, DoubleSupplier datasetBytes) {
    instruments.gauge(
        CACHE_BYTES,
        callback -> {
          callback.call(checkpointBytes.getAsDouble(), written(Cache.CHECKPOINT));
          callback.call(datasetBytes.getAsDouble(), written(Cache.DATASET));
        });
  }

  /** Shows the device's memory and queue. */
  public void watchDevice(
      DoubleSupplier pendingPoints,
      DoubleSupplier running,
      DoubleSupplier waiting,
      DoubleSupplier limitBytes,
      DoubleSupplier reservedBytes,
      DoubleSupplier allocatedBytes) {
    instruments.gauge(PENDING_POINTS, callback -> callback.call(pendingPoints.getAsDouble()));
    instruments.gauge(
        EVALUATIONS,
        callback -> {
          callback.call(running.getAsDouble(), "running");
          callback.call(waiting.getAsDouble(), "waiting");
        });
    instruments.gauge(
        DEVICE_MEMORY,
        callback -> {
          callback.call(limitBytes.getAsDouble(), "limit");
          callback.call(reservedBytes.getAsDouble(), "reserved");
          callback.call(allocatedBytes.getAsDouble(), "allocated");
        });
  }

  private static String written(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
