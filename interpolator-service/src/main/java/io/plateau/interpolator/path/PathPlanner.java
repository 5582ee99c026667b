package io.plateau.interpolator.path;

import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.curve.TrainingOutcome;
import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.file.Sha256;
import io.plateau.core.kernel.Precision;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.path.AlphaGrid;
import io.plateau.core.path.EvaluationLimits;
import io.plateau.core.path.Held;
import io.plateau.core.path.Measurements;
import io.plateau.core.path.PathException;
import io.plateau.core.path.PathPlan;
import io.plateau.core.path.Scheme;
import io.plateau.interpolator.data.DataResolver;
import io.plateau.interpolator.data.EvaluationData;
import io.plateau.interpolator.device.ComputeDevice;
import io.plateau.interpolator.device.DeviceSpeed;
import io.plateau.interpolator.pair.PairDescription;
import io.plateau.proto.common.v1.AlphaGrid.Uniform;
import io.plateau.proto.common.v1.EndRef;
import io.plateau.proto.common.v1.Split;
import io.plateau.proto.common.v1.Warning;
import io.plateau.proto.common.v1.WarningReason;
import io.plateau.proto.interpolator.v1.ExecutionLimits;
import io.plateau.proto.interpolator.v1.FailedTrainingHandling;
import io.plateau.proto.interpolator.v1.LastLayerSplitSwitch;
import io.plateau.proto.interpolator.v1.LayerContributionOptions;
import io.plateau.proto.interpolator.v1.NormalizationStatistics;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.interpolator.v1.Plan;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.translation.AlphaGridTranslation;
import io.plateau.service.translation.CoreErrors;
import io.plateau.service.translation.DatasetTranslation;
import io.plateau.service.translation.MeasurementsTranslation;
import io.plateau.service.translation.NetworkTranslation;
import io.plateau.service.translation.PlanTranslation;
import io.plateau.service.translation.PrecisionTranslation;
import io.plateau.service.translation.RequestField;
import io.plateau.service.translation.SchemeTranslation;
import io.plateau.service.translation.SplitTranslation;
import io.plateau.service.translation.SummaryOptionsTranslation;
import io.plateau.service.translation.TimeTranslation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.DoubleStream;

/**
 * Turns a request into a plan: finds the ends and the data, fills in defaults, refuses what can't
 * be done here before anything is computed.
 */
public final class PathPlanner {
  private final EndResolver ends;
  private final DataResolver data;
  private final ComputeDevice device;
  private final DeviceSpeed speed;
  private final PathLimits limits;

  /** Plans for one device. */
  public PathPlanner(
      EndResolver ends,
      DataResolver data,
      ComputeDevice device,
      DeviceSpeed speed,
      PathLimits limits) {
    this.ends = ends;
    this.data = data;
    this.device = device;
    this.speed = speed;
    this.limits = limits;
  }

  /**
   * Plans a request.
   *
   * @param field that holds the request
   * @throws PlateauException as InterpolationService.Plan says
   */
  public PlannedPath plan(PathSpec spec, RequestField field) {
    requireSupported(spec, field);
    List<Scheme> schemes = SchemeTranslation.toCore(spec.getSchemesList(), field.child("schemes"));
    AlphaGrid grid = AlphaGridTranslation.toCore(spec.getGrid(), field.child("grid"));
    requireSize(grid, schemes, field);
    Measurements measurements = measurements(spec, field);
    Precision precision =
        PrecisionTranslation.toCore(spec.getPrecision(), field.child("precision"));
    EvaluationLimits execution =
        MeasurementsTranslation.toCore(
            spec.getLimits(), field.child("limits"), new EvaluationLimits(limits.deviceBytes(), 0));
    var summary = SummaryOptionsTranslation.toCore(spec.getSummary(), field.child("summary"));

    EndResolver.Ends found = ends.resolve(spec.getEnds(), field.child("ends"));
    NetworkSpec network = found.network();
    int parameters = ParameterLayout.of(network).size();
    if (parameters > limits.parameters()) {
      throw field
          .child("ends")
          .failure(
              Reason.LIMIT_EXCEEDED,
              "the network has "
                  + parameters
                  + " parameters, this server takes "
                  + limits.parameters()
                  + " (interpolator.max-parameters)");
    }
    requireDefined(schemes, grid, network, field);
    Set<Integer> layers = contributionLayers(spec, network, field);
    Optional<PairDescription> pair = found.second().pair().or(found.first()::pair);
    EvaluationData samples = data.resolve(spec, pair, field);
    requireFitting(samples.dataset(), network, field.child(spec.hasDataset() ? "dataset" : "ends"));

    SortedSet<Double> endAlphas = endAlphas(found, samples, schemes);
    AlphaGrid evaluated = with(grid, endAlphas);
    PathPlan work =
        plan(network, samples, schemes, measurements, evaluated, execution, precision, field);
    EvaluationLimits settled = new EvaluationLimits(execution.memoryBytes(), work.batchSize());
    // The evaluator sets its buffers out for these alphas whatever the grid.
    PathPlan usual =
        plan(
            network,
            samples,
            schemes,
            measurements,
            AlphaGrid.explicit(0, 0.5, 1),
            settled,
            precision,
            field);
    boolean refuses =
        spec.getFailedTraining() == FailedTrainingHandling.FAILED_TRAINING_HANDLING_REFUSE;
    Optional<TrainingOutcome> outcome = storedOutcome(found.second());
    if (refuses && outcome.isPresent() && outcome.get().failed()) {
      throw CurveSummaries.trainingFailed(outcome.get());
    }
    PathSpec resolved =
        resolved(spec, found, schemes, grid, measurements, layers, precision, settled, samples);
    Plan.Builder plan =
        PlanTranslation.toProto(work, grid)
            .setSpec(resolved)
            .setNetwork(NetworkTranslation.toProto(network))
            .setDataset(
                DatasetTranslation.toProto(samples.spec(), samples.dataset(), samples.subset()))
            .setDevice("devices/" + device.id())
            .setFingerprint(fingerprint(resolved, found, samples, work))
            .addAllWarnings(
                warnings(spec, found, network, schemes, samples, measurements, outcome));
    speed
        .timeOf(work.floatingPointOperations())
        .ifPresent(time -> plan.setEstimatedTime(TimeTranslation.toProto(time)));
    return new PlannedPath(
        found.first(),
        found.second(),
        network,
        samples,
        schemes,
        grid,
        endAlphas,
        measurements,
        layers,
        precision,
        settled,
        summary,
        refuses,
        work,
        Math.max(work.peakBytes(), usual.peakBytes()),
        plan.build());
  }

  private void requireSupported(PathSpec spec, RequestField field) {
    if (spec.hasProgressive()) {
      throw field
          .child("progressive")
          .unsupported("a progressive answer", "leave it unset for exact answers");
    }
    if (spec.getNormalization().hasReestimated()) {
      throw field
          .child("normalization.reestimated")
          .unsupported("statistics measured at each alpha", "give interpolated, or leave it unset");
    }
    if (!spec.getDevice().isEmpty() && !spec.getDevice().equals("devices/" + device.id())) {
      throw field
          .child("device")
          .failure(
              Reason.DEVICE_NOT_FOUND,
              spec.getDevice()
                  + " is not a device of this server; it has devices/"
                  + device.id()
                  + ", which is also taken when the field is unset");
    }
  }

  private void requireSize(AlphaGrid grid, List<Scheme> schemes, RequestField field) {
    if (grid.size() > limits.alphas()) {
      throw tooLarge(field, grid.size() + " alphas", limits.alphas(), grid.size());
    }
    long points = (long) grid.size() * schemes.size();
    if (points > limits.points()) {
      throw tooLarge(
          field,
          points + " points (" + grid.size() + " alphas, " + schemes.size() + " schemes)",
          limits.points(),
          points);
    }
  }

  private static PlateauException tooLarge(
      RequestField field, String asked, long limit, long actual) {
    String problem =
        asked + " are more than this server's " + limit + "; ask for fewer, or in several requests";
    return PlateauException.builder(
            Reason.GRID_TOO_LARGE, field.child("grid").path() + ": " + problem)
        .field(field.child("grid").path(), problem)
        .metadata("limit", limit)
        .metadata("actual", actual)
        .build();
  }

  /** The choice of layers is made when points are told; core measures all of them. */
  private static Measurements measurements(PathSpec spec, RequestField field) {
    var message = spec.getMeasurements().toBuilder();
    if (message.hasLayerContributions()) {
      message.setLayerContributions(LayerContributionOptions.getDefaultInstance());
    }
    return MeasurementsTranslation.toCore(message.build(), field.child("measurements"));
  }

  private static Set<Integer> contributionLayers(
      PathSpec spec, NetworkSpec network, RequestField field) {
    List<Integer> layers = spec.getMeasurements().getLayerContributions().getLayersList();
    RequestField at = field.child("measurements.layer_contributions.layers");
    ParameterLayout layout = ParameterLayout.of(network);
    for (int i = 0; i < layers.size(); i++) {
      int layer = layers.get(i);
      if (layer < 1 || layer > network.depth()) {
        throw at.element(i)
            .invalid(layer + " is outside 1.." + network.depth() + ", the network's layers");
      }
      if (layout.bias(layer).isEmpty()) {
        throw at.element(i).invalid("layer " + layer + " has no biases; leave it out");
      }
    }
    return Set.copyOf(layers);
  }

  private static void requireDefined(
      List<Scheme> schemes, AlphaGrid grid, NetworkSpec network, RequestField field) {
    for (int i = 0; i < schemes.size(); i++) {
      Scheme scheme = schemes.get(i);
      RequestField at = field.child("schemes").element(i);
      if (scheme instanceof Scheme.Layers chosen && chosen.layers().last() > network.depth()) {
        throw at.child("layers.layers")
            .invalid(
                "layer "
                    + chosen.layers().last()
                    + " is outside 1.."
                    + network.depth()
                    + ", the network's layers");
      }
      for (double alpha : grid.toArray()) {
        for (int h = 1; h <= network.depth(); h++) {
          if (!isFloat(scheme.bias(alpha, h, network.depth()).to())) {
            throw PlateauException.builder(
                    Reason.SCHEME_UNDEFINED_AT_ALPHA,
                    at.path()
                        + ": the coefficient of the biases of layer "
                        + h
                        + " is too large for a float at alpha "
                        + alpha
                        + "; leave that alpha out")
                .field(at.path(), "is undefined at alpha " + alpha)
                .metadata("scheme", schemeName(scheme))
                .metadata("alpha", alpha)
                .build();
          }
        }
      }
    }
  }

  private static boolean isFloat(double coefficient) {
    return Math.abs(coefficient) <= Float.MAX_VALUE;
  }

  private static String schemeName(Scheme scheme) {
    return SchemeTranslation.toProto(scheme).getKindCase().name();
  }

  private static void requireFitting(Dataset dataset, NetworkSpec network, RequestField field) {
    if (dataset.classes() > network.classes()) {
      throw field.failure(
          Reason.DATASET_INVALID,
          "the data have "
              + dataset.classes()
              + " classes, the network "
              + network.classes()
              + "; choose classes, or other data");
    }
    if (dataset.sampleShape().size() != network.input().size()) {
      throw field.failure(
          Reason.DATASET_INVALID,
          "samples of shape "
              + dataset.sampleShape()
              + " do not fit the network's input "
              + network.input());
    }
  }

  /** Ends that have to be evaluated whether or not the grid has them. */
  private static SortedSet<Double> endAlphas(
      EndResolver.Ends ends, EvaluationData samples, List<Scheme> schemes) {
    String digest = samples.dataset().digest();
    boolean joins = schemes.stream().anyMatch(Scheme::joinsTheEnds);
    SortedSet<Double> alphas = new TreeSet<>();
    if (joins && ends.first().storedOn(digest).isPresent()) {
      alphas.add(0.0);
    }
    if (ends.second().storedOn(digest).isPresent()) {
      if (joins) {
        alphas.add(1.0);
      }
    } else if (schemes.stream().anyMatch(PathPlanner::reachesSecondEnd)) {
      alphas.add(1.0);
    }
    return alphas;
  }

  /** The alphas of both; those of the grid alone where there would be too many. */
  private static AlphaGrid with(AlphaGrid grid, SortedSet<Double> endAlphas) {
    double[] all =
        DoubleStream.concat(grid.stream(), endAlphas.stream().mapToDouble(Double::doubleValue))
            .distinct()
            .toArray();
    return all.length > AlphaGrid.MAX_SIZE ? grid : AlphaGrid.explicit(all);
  }

  /** Whether a scheme is at the second end at alpha 1. */
  static boolean reachesSecondEnd(Scheme scheme) {
    if (scheme instanceof Scheme.WeightsOnly weightsOnly) {
      return weightsOnly.biases() == Held.FINAL;
    }
    if (scheme instanceof Scheme.BiasesOnly biasesOnly) {
      return biasesOnly.weights() == Held.FINAL;
    }
    if (scheme instanceof Scheme.Layers layers) {
      return layers.rest() == Held.FINAL;
    }
    return true;
  }

  private PathPlan plan(
      NetworkSpec network,
      EvaluationData samples,
      List<Scheme> schemes,
      Measurements measurements,
      AlphaGrid grid,
      EvaluationLimits execution,
      Precision precision,
      RequestField field) {
    try {
      return PathPlan.of(
          network, samples.dataset().size(), schemes, measurements, grid, execution, precision);
    } catch (PathException e) {
      if (e.field().equals("memory_bytes")) {
        throw PlateauException.builder(
                Reason.DEVICE_OUT_OF_MEMORY,
                "The evaluation does not fit: "
                    + e.getMessage()
                    + "; ask for fewer schemes or no layer contributions, raise"
                    + " limits.max_device_bytes, or have interpolator.device-memory raised")
            .metadata("available_bytes", execution.memoryBytes())
            .cause(e)
            .build();
      }
      throw CoreErrors.of(e, field);
    }
  }

  /** Whether the second end's training failed, by what is stored. */
  private static Optional<TrainingOutcome> storedOutcome(ResolvedEnd end) {
    Optional<StoredEnd> stored = end.stored();
    Optional<DatasetReference> dataset = end.pair().flatMap(PairDescription::dataset);
    if (stored.isEmpty() || dataset.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        TrainingOutcome.of(
            CurveSummaries.counts(dataset.get().classCounts()), stored.get().error()));
  }

  private PathSpec resolved(
      PathSpec spec,
      EndResolver.Ends found,
      List<Scheme> schemes,
      AlphaGrid grid,
      Measurements measurements,
      Set<Integer> layers,
      Precision precision,
      EvaluationLimits execution,
      EvaluationData samples) {
    PathSpec.Builder resolved = spec.toBuilder();
    resolved.getEndsBuilder().setFirst(named(found.first())).setSecond(named(found.second()));
    resolved.clearSchemes();
    schemes.forEach(scheme -> resolved.addSchemes(SchemeTranslation.toProto(scheme)));
    if (spec.getGrid().hasExplicit()) {
      resolved.setGrid(AlphaGridTranslation.toProto(grid));
    } else {
      Uniform uniform = spec.getGrid().getUniform();
      resolved
          .getGridBuilder()
          .setUniform(
              uniform.toBuilder()
                  .setStop(uniform.hasStop() ? uniform.getStop() : 1)
                  .setCount(grid.size()));
    }
    if (!spec.hasDataset()) {
      Split split = SplitTranslation.toProto(samples.dataset().split());
      resolved.setPairSplit(split);
    }
    var measured = resolved.getMeasurementsBuilder();
    measured.setLastLayerSplit(
        measurements.lastLayerSplit()
            ? LastLayerSplitSwitch.LAST_LAYER_SPLIT_SWITCH_ON
            : LastLayerSplitSwitch.LAST_LAYER_SPLIT_SWITCH_OFF);
    if (measurements.layerContributions() && layers.isEmpty()) {
      ParameterLayout layout = ParameterLayout.of(found.network());
      for (int h = 1; h <= found.network().depth(); h++) {
        if (layout.bias(h).isPresent()) {
          measured.getLayerContributionsBuilder().addLayers(h);
        }
      }
    }
    resolved
        .setPrecision(PrecisionTranslation.toProto(precision))
        .setLimits(
            ExecutionLimits.newBuilder()
                .setMaxBatchSamples(execution.batchSize())
                .setMaxDeviceBytes(execution.memoryBytes())
                .setMaxSamples(samples.dataset().size()))
        .setSummary(
            SummaryOptionsTranslation.toProto(
                SummaryOptionsTranslation.toCore(spec.getSummary(), RequestField.REQUEST)))
        .setNormalization(
            NormalizationStatistics.newBuilder()
                .setInterpolated(NormalizationStatistics.Interpolated.getDefaultInstance()))
        .setDevice("devices/" + device.id());
    if (spec.getFailedTraining() == FailedTrainingHandling.FAILED_TRAINING_HANDLING_UNSPECIFIED) {
      resolved.setFailedTraining(FailedTrainingHandling.FAILED_TRAINING_HANDLING_MARK);
    }
    return resolved.build();
  }

  private static EndRef named(ResolvedEnd end) {
    return end.provenance().getEnd();
  }

  private String fingerprint(
      PathSpec spec, EndResolver.Ends found, EvaluationData samples, PathPlan work) {
    List<String> parts = new ArrayList<>();
    for (ResolvedEnd end : List.of(found.first(), found.second())) {
      parts.add(end.stored().map(StoredEnd::sha256).orElseGet(() -> end.reference().toString()));
    }
    parts.add(found.network().toString());
    parts.add(samples.dataset().digest());
    for (var scheme : spec.getSchemesList()) {
      parts.add(java.util.HexFormat.of().formatHex(scheme.toByteArray()));
    }
    parts.add(java.util.HexFormat.of().formatHex(spec.getGrid().toByteArray()));
    parts.add(spec.getPrecision().name());
    parts.add(device.description().backend() + ", " + device.description().blas());
    parts.add(device.description().threads() + " threads");
    parts.add(work.batchSize() + " " + work.sharesFirstProduct());
    return "sha256:" + Sha256.of(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
  }

  private List<Warning> warnings(
      PathSpec spec,
      EndResolver.Ends found,
      NetworkSpec network,
      List<Scheme> schemes,
      EvaluationData samples,
      Measurements measurements,
      Optional<TrainingOutcome> outcome) {
    List<Warning> warnings = new ArrayList<>();
    device
        .fallback()
        .ifPresent(why -> warnings.add(warning(WarningReason.WARNING_REASON_DEVICE_FALLBACK, why)));
    if (outcome.isPresent() && outcome.get().failed()) {
      warnings.add(
          warning(
              WarningReason.WARNING_REASON_FAILED_TRAINING,
              "The training of the second end failed: its error "
                  + outcome.get().finalError()
                  + " is not below half of "
                  + outcome.get().errorReference()
                  + ", the error of guessing one class. No plateau is given."));
    }
    boolean homogeneous =
        schemes.stream()
            .anyMatch(
                scheme ->
                    scheme instanceof Scheme.HomogeneousBias
                        || scheme instanceof Scheme.HomogeneousLastBias);
    if (homogeneous && !network.isHomogeneous()) {
      warnings.add(
          warning(
              WarningReason.WARNING_REASON_NOT_HOMOGENEOUS,
              "The network is not homogeneous in its weights (an activation other than ReLU):"
                  + " homogeneous biases are evaluated, but do not mean f[a] = a^r f[1]."));
    }
    String digest = samples.dataset().digest();
    boolean compared =
        schemes.stream().anyMatch(Scheme::joinsTheEnds)
            && (found.first().storedOn(digest).isPresent()
                || found.second().storedOn(digest).isPresent());
    if (!compared) {
      warnings.add(
          warning(
              WarningReason.WARNING_REASON_ENDS_NOT_CHECKED,
              "The ends can't be compared with their stored loss and error: no scheme joins them,"
                  + " nothing is stored, or the data are others than the pair's."));
    }
    ParameterLayout layout = ParameterLayout.of(network);
    boolean lastBias = layout.bias(network.depth()).isPresent();
    if (spec.getMeasurements().getLastLayerSplit()
            == LastLayerSplitSwitch.LAST_LAYER_SPLIT_SWITCH_ON
        && !lastBias) {
      warnings.add(
          warning(
              WarningReason.WARNING_REASON_NO_EFFECT,
              "The last layer has no biases: there is no last-layer split."));
    }
    boolean anyBias =
        java.util.stream.IntStream.rangeClosed(1, network.depth())
            .anyMatch(h -> layout.bias(h).isPresent());
    if (measurements.layerContributions() && !anyBias) {
      warnings.add(
          warning(
              WarningReason.WARNING_REASON_NO_EFFECT,
              "No layer has biases: there are no contributions of layers."));
    }
    return warnings;
  }

  static Warning warning(WarningReason reason, String message) {
    return Warning.newBuilder().setReason(reason).setMessage(message).build();
  }
}
