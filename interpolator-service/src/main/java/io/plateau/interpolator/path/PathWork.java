package io.plateau.interpolator.path;

import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.curve.TrainingOutcome;
import io.plateau.core.kernel.Device;
import io.plateau.core.network.Parameters;
import io.plateau.core.path.BatchListener;
import io.plateau.core.path.EvaluationLimits;
import io.plateau.core.path.Measurements;
import io.plateau.core.path.PathEvaluator;
import io.plateau.core.path.PathPoint;
import io.plateau.core.path.Scheme;
import io.plateau.interpolator.device.ComputeDevice;
import io.plateau.interpolator.device.DeviceSpeed;
import io.plateau.interpolator.device.DeviceWork;
import io.plateau.interpolator.metrics.InterpolatorMetrics;
import io.plateau.interpolator.metrics.InterpolatorMetrics.Outcome;
import io.plateau.interpolator.metrics.InterpolatorMetrics.Phase;
import io.plateau.proto.common.v1.BuildInfo;
import io.plateau.proto.common.v1.CurveSummary;
import io.plateau.proto.common.v1.LayerContribution;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.common.v1.Progress;
import io.plateau.proto.common.v1.ProgressUnit;
import io.plateau.proto.common.v1.Provenance;
import io.plateau.proto.common.v1.Warning;
import io.plateau.proto.common.v1.WarningReason;
import io.plateau.proto.interpolator.v1.PathSummary;
import io.plateau.service.translation.PointTranslation;
import io.plateau.service.translation.ProvenanceTranslation;
import io.plateau.service.translation.TimeTranslation;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A planned path as work for the device: the ends first, so that a mismatch is known before the
 * curve, then alpha by alpha in ascending order, last the summary. Each turn is one alpha under all
 * schemes. What an earlier attempt stored is not computed again.
 */
public final class PathWork implements DeviceWork {
  /** Items of a turn beside its points: two warnings and progress. */
  public static final int ITEMS_BESIDE_POINTS = 3;

  private static final Duration PROGRESS_PAUSE = Duration.ofMillis(250);

  /** What every path is evaluated with. */
  public record Surroundings(
      ComputeDevice device,
      DeviceSpeed speed,
      InterpolatorMetrics metrics,
      BuildInfo build,
      Clock clock) {}

  private final PlannedPath path;
  private final PathHistory history;
  private final PathSink sink;
  private final Surroundings surroundings;
  private final InterpolatorMetrics metrics;
  private final Runnable onEnd;
  private final PathItems items;
  private final EndChecks checks;
  private final AtomicInteger pendingPoints;

  private final Deque<Double> endAlphas;
  private final Deque<Double> alphas;
  private final Map<Double, List<Point>> held = new HashMap<>();
  private final List<List<FinishedPoint>> curves = new ArrayList<>();
  private OptionalDouble finalError = OptionalDouble.empty();
  private int batchSamples;
  private boolean completed;
  private boolean warnedNonFinite;
  private boolean warnedHalved;
  private Parameters first;
  private Parameters second;
  private PathEvaluator evaluator;
  private Instant start;
  private long computeNanos;
  private long progressNanos;
  private double samplesPerSecond;

  /**
   * @param history what earlier attempts stored
   * @param onEnd runs when it has left the queue
   */
  public PathWork(
      PlannedPath path,
      PathHistory history,
      PathSink sink,
      Surroundings surroundings,
      Runnable onEnd) {
    this.path = path;
    this.history = history;
    this.sink = sink;
    this.surroundings = surroundings;
    this.metrics = surroundings.metrics();
    this.onEnd = onEnd;
    this.items = new PathItems(sink, surroundings.clock(), history.lastSequence());
    this.checks = new EndChecks(path, metrics);
    this.pendingPoints = new AtomicInteger(path.points());
    this.endAlphas = new ArrayDeque<>(path.endAlphas());
    this.alphas = new ArrayDeque<>(path.grid().stream().boxed().toList());
    this.batchSamples =
        history.batchSamples() > 0 ? history.batchSamples() : path.limits().batchSize();
    this.warnedNonFinite = history.warned(WarningReason.WARNING_REASON_NON_FINITE_LOGITS);
    this.warnedHalved = history.warned(WarningReason.WARNING_REASON_BATCH_HALVED);
    for (int i = 0; i < path.schemes().size(); i++) {
      curves.add(new ArrayList<>());
    }
  }

  /** Sends the plan, unless an earlier attempt has; to be called before the first turn. */
  public void begin() {
    if (history.plan().isEmpty()) {
      items.send(path.plan());
    }
  }

  @Override
  public long memoryBytes() {
    return path.memoryBytes();
  }

  @Override
  public long pendingPoints() {
    return pendingPoints.get();
  }

  @Override
  public double pendingOperations() {
    return path.work().floatingPointOperations() * pendingPoints.get() / path.points();
  }

  @Override
  public void load(BooleanSupplier stopped) {
    if (start == null) {
      start = surroundings.clock().instant();
    }
    first = path.first().read(path.network(), stopped);
    second = path.second().read(path.network(), stopped);
  }

  @Override
  public Turn turn(BooleanSupplier stopped) {
    BooleanSupplier unwanted = () -> stopped.getAsBoolean() || sink.isStopped();
    try {
      return unwanted.getAsBoolean() ? Turn.DONE : step(unwanted);
    } catch (Unwanted ended) {
      return Turn.DONE;
    }
  }

  @Override
  public void whenReady(Runnable wake) {
    sink.onRoom(itemsOfTurn(), wake);
  }

  @Override
  public void release() {
    if (evaluator != null) {
      evaluator.close();
      evaluator = null;
    }
    first = null;
    second = null;
  }

  @Override
  public void ended() {
    if (!completed) {
      metrics.points(Outcome.CANCELLED, pendingPoints.get());
    }
    onEnd.run();
  }

  @Override
  public void failed(Throwable failure) {
    metrics.points(Outcome.FAILED, pendingPoints.get());
    try {
      sink.fail(failure);
    } finally {
      onEnd.run();
    }
  }

  private int itemsOfTurn() {
    return path.schemes().size() + ITEMS_BESIDE_POINTS;
  }

  private Turn step(BooleanSupplier unwanted) {
    if (!sink.hasRoom(itemsOfTurn())) {
      return Turn.WAIT;
    }
    if (needsFinalError()) {
      measureFinalError(unwanted);
      return Turn.AGAIN;
    }
    if (!endAlphas.isEmpty()) {
      evaluateEnd(endAlphas.peek(), unwanted);
      return Turn.AGAIN;
    }
    refuseFailedTraining();
    if (!alphas.isEmpty()) {
      finish(alphas.peek(), unwanted);
      return Turn.AGAIN;
    }
    items.send(summary());
    completed = true;
    sink.complete();
    return Turn.DONE;
  }

  private Optional<StoredEnd> storedSecond() {
    return path.second().storedOn(path.data().dataset().digest());
  }

  /** Nothing is stored on these data, and no scheme of the request passes the second end. */
  private boolean needsFinalError() {
    return finalError.isEmpty()
        && storedSecond().isEmpty()
        && path.schemes().stream().noneMatch(PathPlanner::reachesSecondEnd);
  }

  private void measureFinalError(BooleanSupplier unwanted) {
    BatchListener listener = listener(0, unwanted);
    List<Scheme> linear = List.of(new Scheme.Linear());
    try (PathEvaluator ofSecond = open(linear, new Measurements(false, false), listener)) {
      finalError =
          OptionalDouble.of(ofSecond.evaluate(1, listener).get(0).classification().error());
    }
  }

  private void evaluateEnd(double alpha, BooleanSupplier unwanted) {
    Map<Integer, FinishedPoint> stored = history.at(alpha);
    if (stored.size() == path.schemes().size()) {
      stored.values().forEach(checks::check);
      noteFinalError(List.copyOf(stored.values()));
    } else {
      List<Point> points = evaluate(alpha, unwanted);
      List<FinishedPoint> finished = points.stream().map(FinishedPoint::of).toList();
      finished.forEach(checks::check);
      noteFinalError(finished);
      if (path.grid().contains(alpha)) {
        held.put(alpha, points);
      }
    }
    endAlphas.remove();
  }

  private void noteFinalError(List<FinishedPoint> points) {
    for (FinishedPoint point : points) {
      if (point.alpha() == 1 && PathPlanner.reachesSecondEnd(path.schemes().get(point.scheme()))) {
        finalError = OptionalDouble.of(point.error());
        return;
      }
    }
  }

  /** The stored error where the data are the pair's own, the measured one otherwise. */
  private TrainingOutcome outcome() {
    double error =
        storedSecond().map(StoredEnd::error).orElseGet(() -> finalError.orElse(Double.NaN));
    return TrainingOutcome.of(CurveSummaries.counts(path.data().dataset().classCounts()), error);
  }

  private void refuseFailedTraining() {
    if (path.refusesFailedTraining() && outcome().failed()) {
      throw CurveSummaries.trainingFailed(outcome());
    }
  }

  private void finish(double alpha, BooleanSupplier unwanted) {
    Map<Integer, FinishedPoint> stored = history.at(alpha);
    List<Point> points = List.of();
    if (stored.size() < path.schemes().size()) {
      points = held.containsKey(alpha) ? held.get(alpha) : evaluate(alpha, unwanted);
    }
    for (int scheme = 0; scheme < path.schemes().size(); scheme++) {
      FinishedPoint known = stored.get(scheme);
      if (known != null) {
        metrics.points(Outcome.REUSED, 1);
        curves.get(scheme).add(known);
      } else {
        send(points.get(scheme));
      }
      pendingPoints.decrementAndGet();
    }
    held.remove(alpha);
    alphas.remove();
    progress("at alpha " + alpha);
  }

  private void send(Point point) {
    items.send(point);
    curves.get(point.getSchemeIndex()).add(FinishedPoint.of(point));
    metrics.points(Outcome.COMPUTED, 1);
    if (point.getNonFiniteLogits() > 0) {
      metrics.nonFinite();
      if (!warnedNonFinite) {
        warnedNonFinite = true;
        items.send(
            PathPlanner.warning(
                WarningReason.WARNING_REASON_NON_FINITE_LOGITS,
                "At alpha "
                    + point.getAlpha()
                    + " "
                    + point.getNonFiniteLogits()
                    + " logits are NaN or infinite: loss and error there are not to be trusted."
                    + " Other points may have them, too; see non_finite_logits."));
      }
    }
  }

  private List<Point> evaluate(double alpha, BooleanSupplier unwanted) {
    if (evaluator == null) {
      long before = System.nanoTime();
      evaluator = open(path.schemes(), path.measurements(), listener(0, unwanted));
      metrics.duration(Phase.LOAD, (System.nanoTime() - before) / 1e9);
      noteBatch();
    }
    long before = System.nanoTime();
    int schemes = path.schemes().size();
    List<PathPoint> points = evaluator.evaluate(alpha, listener(schemes, unwanted));
    long nanos = System.nanoTime() - before;
    computeNanos += nanos;
    metrics.duration(Phase.COMPUTE, nanos / 1e9);
    surroundings
        .speed()
        .observe(path.work().floatingPointOperations() * schemes / path.points(), nanos / 1e9);
    samplesPerSecond = schemes * (double) path.data().dataset().size() / (nanos / 1e9);
    return points.stream().map(this::message).toList();
  }

  private PathEvaluator open(
      List<Scheme> schemes, Measurements measurements, BatchListener listener) {
    Device device = surroundings.device().in(path.precision());
    return PathEvaluator.open(
        device,
        path.network(),
        first,
        second,
        path.data().dataset(),
        schemes,
        measurements,
        new EvaluationLimits(path.limits().memoryBytes(), batchSamples),
        listener);
  }

  private void noteBatch() {
    if (evaluator.batchSize() < batchSamples) {
      batchSamples = evaluator.batchSize();
      if (!warnedHalved) {
        warnedHalved = true;
        items.send(
            Warning.newBuilder()
                .setReason(WarningReason.WARNING_REASON_BATCH_HALVED)
                .setMessage(
                    "The device had less memory than planned: batches have "
                        + batchSamples
                        + " samples.")
                .putMetadata(PathHistory.BATCH_SAMPLES, Integer.toString(batchSamples))
                .build());
      }
    }
  }

  private Point message(PathPoint point) {
    Point message =
        PointTranslation.toProto(point, path.network(), path.data().dataset().classCounts());
    if (path.contributionLayers().isEmpty() || !message.hasLayerContributions()) {
      return message;
    }
    List<LayerContribution> chosen =
        message.getLayerContributions().getLayersList().stream()
            .filter(layer -> path.contributionLayers().contains(layer.getLayer()))
            .toList();
    Point.Builder filtered = message.toBuilder();
    filtered.getLayerContributionsBuilder().clearLayers().addAllLayers(chosen);
    return filtered.build();
  }

  /** Ends the evaluation between two batches once nobody wants it. */
  private BatchListener listener(int schemes, BooleanSupplier unwanted) {
    int[] counted = new int[1];
    return (done, total) -> {
      metrics.samples((long) schemes * (done - counted[0]));
      counted[0] = done;
      if (unwanted.getAsBoolean()) {
        throw new Unwanted();
      }
    };
  }

  private void progress(String phase) {
    long now = System.nanoTime();
    boolean due = progressNanos == 0 || now - progressNanos > PROGRESS_PAUSE.toNanos();
    if (!due || !sink.hasRoom(itemsOfTurn())) {
      return;
    }
    progressNanos = now;
    Progress.Builder progress =
        Progress.newBuilder()
            .setDone(path.points() - pendingPoints.get())
            .setTotal(path.points())
            .setUnit(ProgressUnit.PROGRESS_UNIT_POINTS)
            .setSamplesPerSecond(samplesPerSecond)
            .setElapsed(
                TimeTranslation.toProto(
                    nonNegative(Duration.between(start, surroundings.clock().instant()))))
            .setPhase(phase);
    surroundings
        .speed()
        .timeOf(pendingOperations())
        .ifPresent(left -> progress.setRemaining(TimeTranslation.toProto(left)));
    items.send(progress.build());
  }

  private PathSummary summary() {
    TrainingOutcome outcome = outcome();
    PathSummary.Builder summary = PathSummary.newBuilder();
    for (int scheme = 0; scheme < curves.size(); scheme++) {
      CurveSummary curve = CurveSummaries.of(scheme, curves.get(scheme), outcome, path.summary());
      summary.addCurves(curve);
    }
    return summary.setProvenance(provenance()).addAllEndChecks(checks.all()).build();
  }

  private Provenance provenance() {
    Instant end = surroundings.clock().instant();
    return ProvenanceTranslation.toProto(
            new ProvenanceTranslation.Computation(
                surroundings.device().description(),
                path.precision(),
                batchSamples,
                path.work().passes(),
                start,
                end,
                Duration.ofNanos(computeNanos)))
        .setBuild(surroundings.build())
        .setFirstEnd(path.first().provenance())
        .setSecondEnd(path.second().provenance())
        .setDataset(path.plan().getDataset())
        .setPlanFingerprint(path.plan().getFingerprint())
        .build();
  }

  /** The clock may have been set back. */
  private static Duration nonNegative(Duration time) {
    return time.isNegative() ? Duration.ZERO : time;
  }

  /** Nobody wants the evaluation any more; ends it between two batches. */
  private static final class Unwanted extends RuntimeException {
    Unwanted() {
      super("the evaluation is wanted no longer", null, false, false);
    }
  }
}
