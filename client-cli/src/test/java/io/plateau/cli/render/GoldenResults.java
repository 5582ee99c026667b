package io.plateau.cli.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Duration;
import io.plateau.proto.common.v1.Barriers;
import io.plateau.proto.common.v1.BiasContribution;
import io.plateau.proto.common.v1.ClassMargin;
import io.plateau.proto.common.v1.Convexity;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.CurveSummary;
import io.plateau.proto.common.v1.LastLayerSplit;
import io.plateau.proto.common.v1.LayerContribution;
import io.plateau.proto.common.v1.LayerContributions;
import io.plateau.proto.common.v1.Monotonicity;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.common.v1.PerClass;
import io.plateau.proto.common.v1.Plateau;
import io.plateau.proto.common.v1.PlateauMark;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.common.v1.Scheme;
import io.plateau.proto.common.v1.ShapeSummary;
import io.plateau.proto.common.v1.SummaryOptions;
import io.plateau.proto.interpolator.v1.EndCheck;
import io.plateau.proto.interpolator.v1.EndCheckStatus;
import io.plateau.proto.interpolator.v1.PathResult;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.ClassLearned;
import io.plateau.proto.trainer.v1.EpochRecord;
import io.plateau.proto.trainer.v1.StopReason;
import io.plateau.proto.trainer.v1.TrainingRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.DoubleConsumer;

/**
 * The golden curves, computed independently of the product, as the messages that an interpolator
 * would send.
 */
public final class GoldenResults {
  private GoldenResults() {}

  /** All curves of a golden case: fcn3 or fcn4_zero_b0. */
  public static PathResult path(String name) {
    JsonNode golden = read(name);
    PathResult.Builder result = PathResult.newBuilder().setPair("pairs/" + name.replace('_', '-'));
    result.getPlanBuilder().getNetworkBuilder().setDepth(golden.get("depth").asInt());
    result.getPlanBuilder().getNetworkBuilder().setClasses(golden.get("classes").asInt());
    result
        .getPlanBuilder()
        .getNetworkBuilder()
        .getSpecBuilder()
        .getFullyConnectedBuilder()
        .getWidthsBuilder()
        .addAllValues(List.of(20, 16, 12));
    result
        .getProvenanceBuilder()
        .setDevice("golden")
        .setPlanFingerprint("f00d")
        .setComputeTime(Duration.newBuilder().setSeconds(2).setNanos(500_000_000));
    result.getProvenanceBuilder().getBuildBuilder().setVersion("0.1.0");
    result
        .getProvenanceBuilder()
        .getFirstEndBuilder()
        .setDigest("sha256:" + "0a".repeat(32))
        .setSeed(7);
    result
        .getProvenanceBuilder()
        .getDatasetBuilder()
        .setDescription("Gaussian clouds")
        .setDigest("sha256:" + "1b".repeat(32))
        .getSpecBuilder()
        .getNamedBuilder()
        .setName("golden");
    int index = 0;
    for (JsonNode curve : golden.get("curves")) {
      result.addCurves(curve(golden, curve, index));
      result.addEndChecks(
          EndCheck.newBuilder()
              .setEnd(PairEnd.PAIR_END_INIT)
              .setSchemeIndex(index++)
              .setStatus(EndCheckStatus.END_CHECK_STATUS_MATCHED));
    }
    return result.build();
  }

  /** The same with the first two curves only, LINEAR and HOMOGENEOUS_BIAS. */
  public static PathResult twoSchemes(String name) {
    PathResult all = path(name);
    return all.toBuilder()
        .clearCurves()
        .addCurves(all.getCurves(0))
        .addCurves(all.getCurves(1))
        .build();
  }

  /**
   * A pair whose record grows four biases over five epochs, the largest one for the class that is
   * learned last.
   */
  public static CheckpointPair trainedPair() {
    TrainingRecord.Builder record =
        TrainingRecord.newBuilder()
            .setSeed(7)
            .setEpochsTrained(5)
            .setSteps(500)
            .setLearnedProbability(0.9)
            .setStopReason(StopReason.STOP_REASON_MAX_EPOCHS)
            .setLearningOrderCorrelation(0.8)
            .setLargestBiasLearnedLast(true)
            .setWallTime(Duration.newBuilder().setSeconds(12));
    for (int epoch = 0; epoch <= 5; epoch++) {
      record.addEpochs(
          EpochRecord.newBuilder()
              .setEpoch(epoch)
              .setTrainLoss(1.4 * Math.pow(0.4, epoch))
              .setTrainError(0.75 * Math.pow(0.5, epoch))
              .setHeldOutLoss(1.4 * Math.pow(0.5, epoch))
              .setHeldOutError(0.75 * Math.pow(0.6, epoch))
              .addAllLastLayerBiases(List.of(-.2 * epoch, -.1 * epoch, .05 * epoch, .25 * epoch)));
    }
    for (int k = 0; k < 4; k++) {
      ClassLearned.Builder learned =
          ClassLearned.newBuilder()
              .setClassIndex(k)
              .setFinalBias(List.of(-1., -.5, .25, 1.25).get(k));
      if (k < 3) {
        learned.setLearnedEpoch(k + 1);
      }
      record.addClasses(learned);
    }
    return CheckpointPair.newBuilder().setName("pairs/trained").setTrainingRecord(record).build();
  }

  private static JsonNode read(String name) {
    try (InputStream stream =
        GoldenResults.class.getResourceAsStream("/golden/" + name + "/expected.json")) {
      // A negative zero is a difference of equal biases; protobuf's JSON mapping reads it back as
      // zero.
      String json = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return new ObjectMapper().readTree(json.replaceAll("-0\\.0(?!\\d)", "0.0"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Curve curve(JsonNode golden, JsonNode json, int index) {
    Curve.Builder curve = Curve.newBuilder().setSchemeIndex(index).setScheme(scheme(json));
    for (JsonNode point : json.get("points")) {
      curve.addPoints(point(golden, point, index));
    }
    return curve.setSummary(summary(golden, json, index)).build();
  }

  private static Scheme scheme(JsonNode json) {
    Scheme.Builder scheme = Scheme.newBuilder();
    switch (json.get("scheme").asText()) {
      case "LINEAR" -> scheme.getLinearBuilder();
      case "HOMOGENEOUS_BIAS" -> scheme.getHomogeneousBiasBuilder();
      case "HOMOGENEOUS_LAST_BIAS" -> scheme.getHomogeneousLastBiasBuilder();
      case "WEIGHTS_ONLY" ->
          scheme
              .getWeightsOnlyBuilder()
              .setHeld(Scheme.HeldBiases.valueOf("HELD_BIASES_" + json.get("held").asText()));
      case "BIASES_ONLY" ->
          scheme
              .getBiasesOnlyBuilder()
              .setHeld(Scheme.HeldEnd.valueOf("HELD_END_" + json.get("held").asText()));
      case "LAYERS" -> {
        scheme
            .getLayersBuilder()
            .setRest(Scheme.HeldEnd.valueOf("HELD_END_" + json.get("rest").asText()));
        json.get("layers").forEach(layer -> scheme.getLayersBuilder().addLayers(layer.asInt()));
      }
      case "SCALE" -> scheme.getScaleBuilder();
      default -> throw new IllegalArgumentException(json.get("scheme").asText());
    }
    return scheme.build();
  }

  private static Point point(JsonNode golden, JsonNode json, int index) {
    Point.Builder point =
        Point.newBuilder()
            .setSchemeIndex(index)
            .setAlpha(json.get("alpha").doubleValue())
            .setSamples(json.get("samples").longValue())
            .setLoss(json.get("loss").doubleValue())
            .setError(json.get("error").doubleValue())
            .setNonFiniteLogits(json.get("nonfinite_logits").longValue());
    for (int k = 0; k < json.get("per_class_error").size(); k++) {
      PerClass.Builder one =
          PerClass.newBuilder()
              .setClassIndex(k)
              .setSamples(golden.get("class_counts").get(k).longValue())
              .setPredicted(json.get("histogram").get(k).longValue());
      set(json.get("per_class_error").get(k), one::setError);
      set(json.get("per_class_loss").get(k), one::setLoss);
      point.addPerClass(one);
    }
    JsonNode split = json.get("last_layer");
    LastLayerSplit.Builder last =
        LastLayerSplit.newBuilder()
            .setLossWithoutBias(split.get("loss_without").doubleValue())
            .setErrorWithoutBias(split.get("error_without").doubleValue())
            .setTopClass(split.get("top").asInt())
            .setSecondClass(split.get("second").asInt())
            .setBiasGap(split.get("gap").doubleValue())
            .setBiasSpread(split.get("spread").doubleValue())
            .setShareChanged(split.get("share_changed").doubleValue())
            .setShareTop(split.get("share_top").doubleValue());
    for (int k = 0; k < split.get("bias_margin").size(); k++) {
      ClassMargin.Builder margin =
          ClassMargin.newBuilder()
              .setClassIndex(k)
              .setBiasMargin(split.get("bias_margin").get(k).doubleValue());
      set(split.get("margin_mean").get(k), margin::setMarginMean);
      set(split.get("margin_max").get(k), margin::setMarginMax);
      last.addMargins(margin);
    }
    JsonNode biases = json.get("bias_contribution");
    LayerContributions.Builder layers =
        LayerContributions.newBuilder()
            .setAllBiases(contribution(biases.get("all_loss"), biases.get("all_error")));
    for (int h = 1; h <= biases.get("loss").size(); h++) {
      layers.addLayers(
          LayerContribution.newBuilder()
              .setLayer(h)
              .setContribution(
                  contribution(biases.get("loss").get(h - 1), biases.get("error").get(h - 1))));
    }
    return point.setLastLayerSplit(last).setLayerContributions(layers).build();
  }

  private static BiasContribution contribution(JsonNode loss, JsonNode error) {
    return BiasContribution.newBuilder()
        .setLoss(loss.doubleValue())
        .setError(error.doubleValue())
        .build();
  }

  private static CurveSummary summary(JsonNode golden, JsonNode curve, int index) {
    JsonNode json = curve.get("summary");
    CurveSummary.Builder summary =
        CurveSummary.newBuilder()
            .setSchemeIndex(index)
            .setOptions(SummaryOptions.newBuilder().setTolerance(golden.get("tol").doubleValue()))
            .setErrorReference(golden.get("error_reference").doubleValue())
            .setErrorPlateau(plateau(json.get("error_plateau")))
            .setLossPlateau(plateau(json.get("loss_plateau")))
            .setSegment(shape(json, 0, 1));
    if (json.has("all_points")) {
      JsonNode points = curve.get("points");
      summary.setAllPoints(
          shape(
              json.get("all_points"),
              points.get(0).get("alpha").doubleValue(),
              points.get(points.size() - 1).get("alpha").doubleValue()));
    }
    return summary.build();
  }

  private static ShapeSummary shape(JsonNode json, double first, double last) {
    Monotonicity.Builder monotonicity =
        Monotonicity.newBuilder()
            .setDrawUp(json.get("delta").doubleValue())
            .setTolerance(0.05)
            .setMonotone(json.get("delta").doubleValue() <= 0.05);
    set(json.get("delta_from"), monotonicity::setDrawUpFrom);
    set(json.get("delta_to"), monotonicity::setDrawUpTo);
    return ShapeSummary.newBuilder()
        .setFirstAlpha(first)
        .setLastAlpha(last)
        .setMonotonicity(monotonicity)
        .setConvexity(
            Convexity.newBuilder()
                .setConvexShare(json.get("convex_share").doubleValue())
                .setUnderChordShare(json.get("under_chord_share").doubleValue())
                .setUnderChordShareInterior(json.get("under_chord_share_interior").doubleValue()))
        .setBarriers(
            Barriers.newBuilder()
                .setAboveMeanOfEnds(json.get("barrier_mean").doubleValue())
                .setAboveChord(json.get("barrier_chord").doubleValue())
                .setAboveMaxOfEnds(json.get("barrier_max").doubleValue()))
        .build();
  }

  private static Plateau plateau(JsonNode json) {
    boolean degenerate = json.get("degenerate").booleanValue();
    Plateau.Builder plateau = Plateau.newBuilder();
    if (degenerate) {
      plateau.addMarks(PlateauMark.PLATEAU_MARK_DEGENERATE);
    }
    set(json.get("mean_value"), plateau::setMeanValue);
    if (!degenerate) {
      set(json.get("threshold"), plateau::setThreshold);
      set(json.get("start"), plateau::setStart);
      set(json.get("contiguous"), plateau::setContiguousEnd);
      set(json.get("last"), plateau::setLastEnd);
      set(json.get("half_drop"), plateau::setHalfDrop);
      set(json.get("auc_normalized"), plateau::setNormalizedArea);
      set(json.get("threshold_margin"), plateau::setThresholdMargin);
    }
    return plateau.build();
  }

  private static void set(JsonNode value, DoubleConsumer setter) {
    if (value != null && !value.isNull()) {
      setter.accept(value.doubleValue());
    }
  }
}
