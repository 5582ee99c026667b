package io.plateau.cli.evaluation;

import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.Manifest;
import io.plateau.core.checkpoint.PairDirectory;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.curve.CurveSummary;
import io.plateau.core.curve.SummaryOptions;
import io.plateau.core.curve.TrainingOutcome;
import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.Subset;
import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.Precision;
import io.plateau.core.kernel.nd4j.Nd4jDevice;
import io.plateau.core.path.AlphaGrid;
import io.plateau.core.path.BatchListener;
import io.plateau.core.path.EvaluationLimits;
import io.plateau.core.path.Measurements;
import io.plateau.core.path.PathEvaluator;
import io.plateau.core.path.PathPlan;
import io.plateau.core.path.PathPoint;
import io.plateau.core.path.Scheme;
import io.plateau.proto.common.v1.BuildInfo;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.DatasetSpec;
import io.plateau.proto.common.v1.EndRef;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.common.v1.Provenance;
import io.plateau.proto.interpolator.v1.EndCheck;
import io.plateau.proto.interpolator.v1.EndCheckStatus;
import io.plateau.proto.interpolator.v1.PathResult;
import io.plateau.proto.interpolator.v1.Plan;
import io.plateau.service.metrics.BuildInformation;
import io.plateau.service.translation.CurveSummaryTranslation;
import io.plateau.service.translation.DatasetTranslation;
import io.plateau.service.translation.NetworkTranslation;
import io.plateau.service.translation.PointTranslation;
import io.plateau.service.translation.ProvenanceTranslation;
import io.plateau.service.translation.SchemeTranslation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One evaluation of a pair directory.
 *
 * @param directory where the pair lies, for the provenance
 * @param pair both ends
 * @param data what to evaluate on
 * @param schemes how parameters move
 */
public record LocalEvaluation(
    Path directory,
    PairDirectory pair,
    Dataset data,
    List<Scheme> schemes,
    AlphaGrid grid,
    Measurements measurements,
    Precision precision,
    EvaluationLimits limits) {

  /** Told after each alpha. */
  @FunctionalInterface
  public interface Listener {
    /**
     * An alpha was measured.
     *
     * @param done alphas measured
     * @param total alphas of the grid
     */
    void onAlpha(int done, int total);
  }

  /** Copies the list. */
  public LocalEvaluation {
    schemes = List.copyOf(schemes);
  }

  /**
   * Computes everything.
   *
   * @throws io.plateau.core.path.PathException ENDPOINT_MISMATCH if an end is not what the manifest
   *     says
   */
  public PathResult run(Listener listener) {
    Instant start = Instant.now();
    Map<Double, List<PathPoint>> points = new HashMap<>();
    Duration computing;
    Provenance.Builder provenance;
    int batch;
    PathPlan plan =
        PathPlan.of(pair.network(), data.size(), schemes, measurements, grid, limits, precision);
    try (Device device = Nd4jDevice.open(precision)) {
      long begun = System.nanoTime();
      try (PathEvaluator evaluator =
          PathEvaluator.open(
              device,
              pair.network(),
              pair.initialization(),
              pair.minimizer(),
              data,
              schemes,
              measurements,
              limits)) {
        int done = 0;
        for (double alpha : grid.toArray()) {
          points.put(alpha, evaluator.evaluate(alpha, BatchListener.NONE));
          listener.onAlpha(++done, grid.size());
        }
        computing = Duration.ofNanos(System.nanoTime() - begun);
        // Both ends are needed for the summary and the check, on the grid or not.
        for (double end : new double[] {0, 1}) {
          if (!points.containsKey(end)) {
            points.put(end, evaluator.evaluate(end, BatchListener.NONE));
          }
        }
        batch = evaluator.batchSize();
      }
      provenance =
          ProvenanceTranslation.toProto(
              new ProvenanceTranslation.Computation(
                  device.description(),
                  precision,
                  batch,
                  plan.passes(),
                  start,
                  Instant.now(),
                  computing));
    }
    BuildInformation build = BuildInformation.read();
    provenance
        .setBuild(BuildInfo.newBuilder().setVersion(build.version()).setJavaRuntime(build.java()))
        .setFirstEnd(end(End.INITIALIZATION))
        .setSecondEnd(end(End.MINIMIZER))
        .setDataset(
            DatasetTranslation.toProto(
                DatasetSpec.getDefaultInstance(),
                data,
                new Subset(List.of(), OptionalInt.empty(), OptionalInt.empty())));
    PathResult.Builder result =
        PathResult.newBuilder()
            .setPlan(
                Plan.newBuilder()
                    .setNetwork(NetworkTranslation.toProto(pair.network()))
                    .setKnownPoints(grid.size() * schemes.size())
                    .setMaxPoints(grid.size() * schemes.size())
                    .setPasses(plan.passes())
                    .setFloatingPointOperations(plan.floatingPointOperations())
                    .setResidentBytes(plan.residentBytes())
                    .setPeakBytes(plan.peakBytes())
                    .setStreamedBytesPerPass(plan.streamedBytes())
                    .setBatchSamples(batch))
            .setProvenance(provenance);
    for (int i = 0; i < schemes.size(); i++) {
      checkEnds(i, points, result);
      result.addCurves(curve(i, points));
    }
    return result.build();
  }

  private Curve curve(int scheme, Map<Double, List<PathPoint>> points) {
    Curve.Builder curve =
        Curve.newBuilder()
            .setSchemeIndex(scheme)
            .setScheme(SchemeTranslation.toProto(schemes.get(scheme)));
    List<io.plateau.core.curve.CurvePoint> curvePoints = new ArrayList<>();
    for (double alpha : grid.toArray()) {
      PathPoint point = points.get(alpha).get(scheme);
      curve.addPoints(PointTranslation.toProto(point, pair.network(), data.classCounts()));
      curvePoints.add(PointTranslation.toCurvePoint(point));
    }
    long[] counts = data.classCounts().stream().mapToLong(Integer::longValue).toArray();
    CurveSummary summary =
        CurveSummary.of(
            io.plateau.core.curve.Curve.of(curvePoints),
            TrainingOutcome.of(counts, finalError(points)),
            SummaryOptions.DEFAULT);
    return curve.setSummary(CurveSummaryTranslation.toProto(summary, scheme)).build();
  }

  /**
   * The error of the second end on these data: what a manifest stores, or a scheme that ends there
   * shows.
   */
  private double finalError(Map<Double, List<PathPoint>> points) {
    if (comparable()) {
      return pair.manifest().orElseThrow().minimizer().error();
    }
    for (int i = 0; i < schemes.size(); i++) {
      if (schemes.get(i).joinsTheEnds() || schemes.get(i) instanceof Scheme.Scale) {
        return points.get(1.0).get(i).classification().error();
      }
    }
    try (Device device = Nd4jDevice.open(precision);
        PathEvaluator evaluator =
            PathEvaluator.open(
                device,
                pair.network(),
                pair.initialization(),
                pair.minimizer(),
                data,
                List.of(new Scheme.Linear()),
                new Measurements(false, false),
                limits)) {
      return evaluator.evaluate(1, BatchListener.NONE).get(0).classification().error();
    }
  }

  private boolean comparable() {
    return pair.manifest()
        .map(Manifest::dataset)
        .filter(set -> set.digest().equals(data.digest()))
        .isPresent();
  }

  private void checkEnds(
      int scheme, Map<Double, List<PathPoint>> points, PathResult.Builder result) {
    for (int side = 0; side < 2; side++) {
      EndCheck.Builder check =
          EndCheck.newBuilder()
              .setEnd(side == 0 ? PairEnd.PAIR_END_INIT : PairEnd.PAIR_END_FINAL)
              .setSchemeIndex(scheme)
              .setStatus(EndCheckStatus.END_CHECK_STATUS_NOT_CHECKED);
      if (schemes.get(scheme).joinsTheEnds()) {
        PathPoint point = points.get((double) side).get(scheme);
        check
            .setMeasuredLoss(point.classification().loss())
            .setMeasuredError(point.classification().error());
        if (comparable()) {
          Manifest manifest = pair.manifest().orElseThrow();
          StoredEnd stored = side == 0 ? manifest.initial() : manifest.minimizer();
          io.plateau.core.path.EndCheck.of(point, stored.loss(), stored.error()).require();
          check
              .setStatus(EndCheckStatus.END_CHECK_STATUS_MATCHED)
              .setStoredLoss(stored.loss())
              .setStoredError(stored.error());
        }
      }
      result.addEndChecks(check);
    }
  }

  private io.plateau.proto.common.v1.EndProvenance end(End end) {
    EndRef reference =
        EndRef.newBuilder()
            .setStored(
                EndRef.StoredPair.newBuilder()
                    .setUri(directory.toAbsolutePath().toUri().toString()))
            .build();
    Optional<StoredEnd> stored = pair.manifest().flatMap(manifest -> manifest.end(end));
    OptionalLong seed =
        pair.manifest()
            .flatMap(Manifest::training)
            .map(record -> OptionalLong.of(record.seed()))
            .orElse(OptionalLong.empty());
    return ProvenanceTranslation.toProto(reference, end, stored, Optional.empty(), seed);
  }
}
