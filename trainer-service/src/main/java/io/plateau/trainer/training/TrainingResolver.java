package io.plateau.trainer.training;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.plateau.core.checkpoint.ManifestJson;
import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.DatasetException;
import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.file.Sha256;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.TensorShape;
import io.plateau.core.training.TrainingPlan;
import io.plateau.proto.common.v1.DatasetSpec;
import io.plateau.proto.common.v1.Precision;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingSpec;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.translation.CoreErrors;
import io.plateau.service.translation.DatasetSelection;
import io.plateau.service.translation.DatasetTranslation;
import io.plateau.service.translation.NetworkTranslation;
import io.plateau.service.translation.RequestField;
import io.plateau.service.translation.TrainingPlanTranslation;
import io.plateau.trainer.data.DatasetCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Finds out what a specification means here: reads its data and builds its network and plan. */
public final class TrainingResolver {
  private static final int HOST_AND_DEVICE_BYTES_PER_PARAMETER = 32;
  private static final int FORWARD_AND_BACKWARD_BYTES = 12;
  // Numbers in a manifest's JSON: up to four of 24 characters for each class, and their names.
  private static final int RECORD_BYTES_PER_EPOCH = 600;
  private static final int RECORD_BYTES_PER_CLASS = 110;
  // The layers take the rest.
  private static final long MOST_RECORD_BYTES = ManifestJson.MAX_BYTES - (2L << 20);
  private static final Duration DEFAULT_SAVE_INTERVAL = Duration.ofSeconds(60);

  private final DatasetCache datasets;
  private final TrainingLimits limits;

  /**
   * @param datasets to open data with
   * @param limits of what a caller sizes
   */
  public TrainingResolver(DatasetCache datasets, TrainingLimits limits) {
    this.datasets = datasets;
    this.limits = limits;
  }

  /**
   * Resolves a specification.
   *
   * @param at field that holds it
   * @throws io.plateau.service.errors.PlateauException naming the field at fault
   */
  ResolvedTraining resolve(TrainingSpec spec, RequestField at) {
    RequestField dataAt = at.child("dataset");
    DatasetSelection selection = DatasetTranslation.toCore(spec.getDataset(), dataAt);
    Dataset data = open(selection, dataAt);
    refuseUnsupported(spec, at);
    TrainingPlan plan =
        TrainingPlanTranslation.toCore(spec, at, data.sampleShape(), data.classes());
    NetworkSpec network = plan.network();
    requireWithinLimits(plan, data, at);

    Training.Builder message =
        Training.newBuilder()
            .setNetwork(NetworkTranslation.toProto(network, spec.getNetwork()))
            .setDataset(DatasetTranslation.toProto(spec.getDataset(), data, selection.subset()));
    Optional<DatasetSelection> heldOutSelection = heldOut(spec, selection, at);
    Optional<Dataset> heldOut = heldOutSelection.flatMap(other -> openHeldOut(spec, other, at));
    if (heldOut.isPresent()) {
      requireFit(network, heldOut.get(), at.child("held_out_dataset"));
      DatasetSpec heldOutSpec =
          spec.hasHeldOutDataset()
              ? spec.getHeldOutDataset()
              : DatasetTranslation.toSpec(
                  DatasetReference.of(heldOut.get(), heldOutSelection.get().subset()));
      message.setHeldOutDataset(
          DatasetTranslation.toProto(heldOutSpec, heldOut.get(), heldOutSelection.get().subset()));
    }
    return new ResolvedTraining(
        plan,
        data,
        heldOut,
        reference(data, selection, network.classes()),
        heldOut.map(set -> reference(set, heldOutSelection.orElseThrow(), network.classes())),
        checkpointEpochs(spec, plan, at.child("checkpoint_epochs")),
        saveInterval(spec),
        message.build(),
        fingerprint(spec, data, heldOut));
  }

  private Dataset open(DatasetSelection selection, RequestField at) {
    try {
      return datasets.open(selection);
    } catch (DatasetException e) {
      throw CoreErrors.of(e, at);
    }
  }

  private static Optional<DatasetSelection> heldOut(
      TrainingSpec spec, DatasetSelection training, RequestField at) {
    return spec.hasHeldOutDataset()
        ? Optional.of(
            DatasetTranslation.toCore(spec.getHeldOutDataset(), at.child("held_out_dataset")))
        : training.otherSplit();
  }

  /** A source without the other split has nothing held out, unless it was asked for. */
  private Optional<Dataset> openHeldOut(
      TrainingSpec spec, DatasetSelection selection, RequestField at) {
    try {
      return Optional.of(datasets.open(selection));
    } catch (DatasetException e) {
      if (!spec.hasHeldOutDataset() && e.reason() == DatasetException.Reason.NOT_FOUND) {
        return Optional.empty();
      }
      throw CoreErrors.of(e, at.child("held_out_dataset"));
    }
  }

  private static void requireFit(NetworkSpec network, Dataset data, RequestField at) {
    if (data.sampleShape().size() != network.input().size()) {
      throw at.failure(
          Reason.TRAINING_INVALID,
          "samples of shape "
              + data.sampleShape()
              + " do not fit the network's input "
              + network.input());
    }
    if (data.classes() > network.classes()) {
      throw at.failure(
          Reason.TRAINING_INVALID,
          "has " + data.classes() + " classes, the network only " + network.classes());
    }
  }

  /** What the plan of a training does not see, or would read in another way than the contract. */
  private static void refuseUnsupported(TrainingSpec spec, RequestField at) {
    if (spec.getPrecision() == Precision.PRECISION_FLOAT64) {
      throw at.child("precision")
          .unsupported("training in float64", "leave it unset, or give PRECISION_FLOAT32");
    }
    if (spec.getLearningRate().hasWarmUp() && spec.getLearningRate().hasStep()) {
      throw at.child("learning_rate.warm_up")
          .unsupported("a warm-up before a step schedule", "leave one of them unset");
    }
  }

  private static Duration saveInterval(TrainingSpec spec) {
    return spec.hasSaveInterval()
        ? Duration.ofSeconds(spec.getSaveInterval().getSeconds(), spec.getSaveInterval().getNanos())
        : DEFAULT_SAVE_INTERVAL;
  }

  private void requireWithinLimits(TrainingPlan plan, Dataset data, RequestField at) {
    NetworkSpec network = plan.network();
    int epochs = plan.stoppingRule().maxEpochs();
    if (epochs > limits.epochs()) {
      throw limit(
          at.child("stopping_rule.max_epochs"),
          epochs + " epochs are more than this server trains, " + limits.epochs(),
          limits.epochs(),
          epochs);
    }
    long recordBytes =
        (epochs + 1L)
            * (RECORD_BYTES_PER_EPOCH + (long) RECORD_BYTES_PER_CLASS * network.classes());
    if (recordBytes > MOST_RECORD_BYTES) {
      long fitting =
          MOST_RECORD_BYTES
              / (RECORD_BYTES_PER_EPOCH + (long) RECORD_BYTES_PER_CLASS * network.classes());
      throw limit(
          at.child("stopping_rule.max_epochs"),
          "the record of "
              + epochs
              + " epochs with "
              + network.classes()
              + " classes is longer than a manifest may be; ask for "
              + (fitting - 1)
              + " epochs at most",
          fitting - 1,
          epochs);
    }
    int parameters = ParameterLayout.of(network).size();
    if (parameters > limits.parameters()) {
      throw limit(
          at.child("network"),
          "the network has "
              + parameters
              + " parameters; this server trains "
              + limits.parameters()
              + " at most, so choose fewer or narrower layers",
          limits.parameters(),
          parameters);
    }
    long activations = network.input().size();
    for (TensorShape output : network.outputShapes()) {
      activations += output.size();
    }
    long batch = Math.min(plan.batchSize(), data.size());
    long bytes =
        (long) parameters * HOST_AND_DEVICE_BYTES_PER_PARAMETER
            + batch * activations * FORWARD_AND_BACKWARD_BYTES;
    if (bytes > limits.memoryBytes() || batch * network.input().size() > Integer.MAX_VALUE - 8) {
      throw limit(
          at.child("batch_size"),
          "a batch of "
              + batch
              + " samples needs about "
              + bytes
              + " bytes with this network; this server has "
              + limits.memoryBytes()
              + " for a training, so choose a smaller batch or network",
          limits.memoryBytes(),
          bytes);
    }
  }

  /** A size that is over a limit of this server. */
  private static PlateauException limit(
      RequestField field, String problem, long limit, long actual) {
    return PlateauException.builder(Reason.LIMIT_EXCEEDED, field.path() + ": " + problem)
        .field(field.path(), problem)
        .metadata("limit", limit)
        .metadata("actual", actual)
        .build();
  }

  private static SortedSet<Integer> checkpointEpochs(
      TrainingSpec spec, TrainingPlan plan, RequestField at) {
    SortedSet<Integer> epochs = new TreeSet<>();
    int last = plan.stoppingRule().maxEpochs();
    for (int i = 0; i < spec.getCheckpointEpochsCount(); i++) {
      int epoch = spec.getCheckpointEpochs(i);
      if (epoch > last) {
        throw at.element(i)
            .failure(Reason.TRAINING_INVALID, epoch + " is after the last epoch, " + last);
      }
      epochs.add(epoch);
    }
    return epochs;
  }

  /** A manifest counts every class of the network, those without samples included. */
  private static DatasetReference reference(Dataset data, DatasetSelection selection, int classes) {
    DatasetReference found = DatasetReference.of(data, selection.subset());
    List<Integer> counts = new ArrayList<>(found.classCounts());
    while (counts.size() < classes) {
      counts.add(0);
    }
    return new DatasetReference(
        found.name(),
        found.split(),
        found.subset(),
        found.count(),
        counts,
        found.digest(),
        found.scaling());
  }

  private static String fingerprint(TrainingSpec spec, Dataset data, Optional<Dataset> heldOut) {
    MessageDigest sha256 = Sha256.newDigest();
    sha256.update(deterministicBytes(spec.toBuilder().clearSaveInterval().build()));
    sha256.update(data.digest().getBytes(StandardCharsets.US_ASCII));
    heldOut.ifPresent(set -> sha256.update(set.digest().getBytes(StandardCharsets.US_ASCII)));
    return Sha256.hex(sha256);
  }

  /** The same bytes for the same message, which maps do not give otherwise. */
  static byte[] deterministicBytes(Message message) {
    byte[] bytes = new byte[message.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
      out.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new UncheckedIOException("an array can't fail", e);
    }
    return bytes;
  }
}
