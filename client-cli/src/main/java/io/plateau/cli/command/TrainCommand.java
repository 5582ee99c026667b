package io.plateau.cli.command;

import io.plateau.cli.connection.ServiceAddresses;
import io.plateau.cli.connection.Services;
import io.plateau.cli.failure.CommandFailure;
import io.plateau.cli.failure.ExitCode;
import io.plateau.cli.option.DatasetOptions;
import io.plateau.cli.option.OutputFormat;
import io.plateau.proto.common.v1.Activation;
import io.plateau.proto.common.v1.BiasMode;
import io.plateau.proto.common.v1.Initializer;
import io.plateau.proto.common.v1.NetworkSpec;
import io.plateau.proto.trainer.v1.CreateTrainingRequest;
import io.plateau.proto.trainer.v1.LearningRate;
import io.plateau.proto.trainer.v1.Optimizer;
import io.plateau.proto.trainer.v1.StoppingRule;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingSpec;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plateau train fcn ...}. */
@Command(
    name = "train",
    description =
        "Trains a network and stores its initialization and minimizer as a checkpoint pair.",
    mixinStandardHelpOptions = true)
final class TrainCommand implements Runnable {

  /** Presets that the trainer knows. */
  enum Preset {
    fcn
  }

  /** What becomes of biases. */
  enum Bias {
    zero,
    none,
    frozen,
    none_in_last_layer
  }

  /** Activations. */
  enum ActivationName {
    relu,
    tanh
  }

  /** Initializers. */
  enum InitializerName {
    xavier,
    kaiming,
    lecun
  }

  @Parameters(paramLabel = "PRESET", description = "The network: ${COMPLETION-CANDIDATES}.")
  private Preset preset;

  @Option(
      names = "--depth",
      paramLabel = "R",
      description = "Layers with weights. Default: 4, or as many as --widths say.")
  private Integer depth;

  @Option(
      names = "--width",
      paramLabel = "W",
      description = "Units of every hidden layer. Default: 1024.")
  private Integer width;

  @Option(
      names = "--widths",
      paramLabel = "W",
      split = ",",
      description = "Units of each hidden layer.")
  private List<Integer> widths = List.of();

  @Option(
      names = "--activation",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private ActivationName activation = ActivationName.relu;

  @Option(names = "--bias", description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Bias bias = Bias.zero;

  @Option(names = "--init", description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private InitializerName initializer = InitializerName.xavier;

  @Option(
      names = "--init-scale",
      paramLabel = "S",
      description = "Factor on every first weight. Default: ${DEFAULT-VALUE}.")
  private double initScale = 1.0;

  @Mixin private DatasetOptions data;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Most epochs. Default: ${DEFAULT-VALUE}.")
  private int epochs = 10;

  @Option(names = "--stop-loss", paramLabel = "L", description = "Stop at this training loss.")
  private Double stopLoss;

  @Option(
      names = "--stop-error",
      paramLabel = "E",
      description = "Stop at this training error, 0 to 1.")
  private Double stopError;

  @Option(
      names = "--lr",
      paramLabel = "RATE",
      description = "Base learning rate. Default: ${DEFAULT-VALUE}.")
  private double learningRate = 0.05;

  @Option(names = "--momentum", paramLabel = "M", description = "Default: ${DEFAULT-VALUE}.")
  private double momentum = 0.9;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Samples of a step. Default: ${DEFAULT-VALUE}.")
  private int batchSize = 128;

  @Option(names = "--cosine", description = "Let the learning rate fall to 0 along half a cosine.")
  private boolean cosine;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of weights and order. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Name of the training. Default: the server chooses.")
  private String id = "";

  @Option(
      names = "--label",
      paramLabel = "KEY=VALUE",
      description = "Label of training and pair; may be repeated.")
  private Map<String, String> labels = Map.of();

  @Option(
      names = "--request-id",
      paramLabel = "ID",
      description = "The same id and request train once.")
  private String requestId = UUID.randomUUID().toString();

  @Option(names = "--validate-only", description = "Check and resolve; train nothing.")
  private boolean validateOnly;

  @Option(names = "--detach", description = "Do not wait for the end.")
  private boolean detach;

  @Option(
      names = {"-o", "--output"},
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private OutputFormat output = OutputFormat.table;

  @Mixin private ServiceAddresses addresses;

  @Override
  public void run() {
    try (Services services = addresses.open()) {
      Training training =
          services
              .trainings()
              .createTraining(
                  CreateTrainingRequest.newBuilder()
                      .setTrainingId(id)
                      .setSpec(spec())
                      .putAllLabels(labels)
                      .setRequestId(requestId)
                      .setValidateOnly(validateOnly)
                      .build())
              .getTraining();
      if (!validateOnly && !detach) {
        training = new TrainingWatch(services).follow(training, true);
      }
      TrainingOutput.print(training, output);
      TrainingOutput.requireSuccess(training);
    }
  }

  private TrainingSpec spec() {
    if (preset != Preset.fcn) {
      throw new CommandFailure(ExitCode.USAGE, "name a preset");
    }
    TrainingSpec.Builder spec =
        TrainingSpec.newBuilder()
            .setNetwork(network())
            .setDataset(data.toSpec())
            .setOptimizer(
                Optimizer.newBuilder().setSgd(Optimizer.Sgd.newBuilder().setMomentum(momentum)))
            .setLearningRate(rate())
            .setBatchSize(batchSize)
            .setSeed(seed);
    StoppingRule.Builder rule = spec.getStoppingRuleBuilder().setMaxEpochs(epochs);
    if (stopLoss != null) {
      rule.setTrainLoss(stopLoss);
    }
    if (stopError != null) {
      rule.setTrainError(stopError);
    }
    return spec.build();
  }

  private LearningRate rate() {
    LearningRate.Builder rate = LearningRate.newBuilder().setBase(learningRate);
    if (cosine) {
      rate.setCosine(LearningRate.Cosine.getDefaultInstance());
    }
    return rate.build();
  }

  private NetworkSpec network() {
    NetworkSpec.FullyConnected.Builder connected =
        NetworkSpec.FullyConnected.newBuilder()
            .setActivation(
                switch (activation) {
                  case relu ->
                      Activation.newBuilder().setRelu(Activation.Relu.getDefaultInstance());
                  case tanh ->
                      Activation.newBuilder().setTanh(Activation.Tanh.getDefaultInstance());
                });
    if (!widths.isEmpty()) {
      if (width != null) {
        throw new CommandFailure(ExitCode.USAGE, "give --width or --widths, not both");
      }
      connected.setWidths(NetworkSpec.WidthList.newBuilder().addAllValues(widths));
    } else if (width != null) {
      connected.setWidth(width);
    }
    if (depth != null) {
      connected.setDepth(depth);
    }
    Initializer.Builder weights = Initializer.newBuilder().setScale(initScale);
    switch (initializer) {
      case xavier ->
          weights.getXavierBuilder().setDistribution(Initializer.Distribution.DISTRIBUTION_NORMAL);
      case kaiming ->
          weights.getKaimingBuilder().setDistribution(Initializer.Distribution.DISTRIBUTION_NORMAL);
      case lecun ->
          weights.getLecunBuilder().setDistribution(Initializer.Distribution.DISTRIBUTION_NORMAL);
    }
    return NetworkSpec.newBuilder()
        .setFullyConnected(connected)
        .setInitializer(weights)
        .setBiasMode(
            switch (bias) {
              case zero -> BiasMode.BIAS_MODE_ZERO_INIT;
              case none -> BiasMode.BIAS_MODE_NONE;
              case frozen -> BiasMode.BIAS_MODE_FROZEN;
              case none_in_last_layer -> BiasMode.BIAS_MODE_NONE_IN_LAST_LAYER;
            })
        .build();
  }
}
