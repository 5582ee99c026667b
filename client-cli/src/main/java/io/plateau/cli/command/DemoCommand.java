package io.plateau.cli.command;

import io.plateau.cli.connection.Services;
import io.plateau.cli.embedded.EmbeddedServices;
import io.plateau.cli.failure.CommandFailure;
import io.plateau.cli.failure.ExitCode;
import io.plateau.cli.option.OutputFormat;
import io.plateau.cli.option.SchemeText;
import io.plateau.cli.progress.ProgressDisplay;
import io.plateau.cli.render.CsvRenderer;
import io.plateau.cli.render.JsonRenderer;
import io.plateau.cli.report.Report;
import io.plateau.cli.report.ReportEntry;
import io.plateau.proto.common.v1.Activation;
import io.plateau.proto.common.v1.AlphaGrid;
import io.plateau.proto.common.v1.DatasetSpec;
import io.plateau.proto.common.v1.EndRef;
import io.plateau.proto.common.v1.Initializer;
import io.plateau.proto.common.v1.NetworkSpec;
import io.plateau.proto.common.v1.PathEnds;
import io.plateau.proto.interpolator.v1.PathResult;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.CreateTrainingRequest;
import io.plateau.proto.trainer.v1.GetPairRequest;
import io.plateau.proto.trainer.v1.LearningRate;
import io.plateau.proto.trainer.v1.PairView;
import io.plateau.proto.trainer.v1.StoppingRule;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code plateau demo}: the main job from end to end on bundled data. */
@Command(
    name = "demo",
    description = {
      "Starts both services in this process, trains FCN4 (width 1024) and an 8-layer network (width 256, init scale 0.6) on bundled",
      "MNIST images, evaluates 51 alphas with linear and homogeneous biases, and writes a report."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Runnable {
  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Where the report goes. Default: ${DEFAULT-VALUE}.")
  private Path directory = Path.of("plateau-report");

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Most epochs of each training. Default: 10 and 25.")
  private Integer epochs;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Train and evaluate on the first N images only.")
  private Long limit;

  @Option(
      names = "--alphas",
      paramLabel = "N",
      description = "Points of each curve. Default: ${DEFAULT-VALUE}.")
  private int alphas = 51;

  @Option(names = "--seed", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  /** One network of the demo. */
  private record Network(
      String id, String label, int depth, int width, double initScale, int epochs) {}

  @Override
  public void run() {
    long start = System.nanoTime();
    List<Network> networks =
        List.of(
            new Network("fcn4", "FCN4, width 1024", 4, 1024, 1.0, 10),
            new Network("fcn8", "FCN8, width 256, init scale 0.6", 8, 256, 0.6, 25));
    Path work = makeWorkDirectory();
    try (EmbeddedServices embedded = EmbeddedServices.startIn(work);
        Services services =
            Services.to(embedded.trainerAddress(), embedded.interpolatorAddress())) {
      ProgressDisplay.say(embedded.describe());
      List<ReportEntry> entries = new ArrayList<>();
      for (Network network : networks) {
        entries.add(study(services, network));
      }
      List<PathResult> results = entries.stream().map(ReportEntry::result).toList();
      for (ReportEntry entry : entries) {
        ResultOutput.plot(entry.label(), entry.result());
      }
      ResultOutput.table(results);
      Files.createDirectories(directory);
      Report.write(entries, directory.resolve("report.html"));
      ResultOutput.write(new CsvRenderer(), results, directory.resolve("curves.csv"));
      ResultOutput.write(new JsonRenderer(), results, directory.resolve("curves.json"));
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.INVALID, "can't write to " + directory + ": " + e.getMessage());
    } finally {
      delete(work);
    }
    System.out.printf(
        Locale.ROOT,
        "%nlook at %s (%.0f s in all)%n",
        directory.resolve("report.html"),
        (System.nanoTime() - start) / 1e9);
  }

  private ReportEntry study(Services services, Network network) {
    Training training =
        services
            .trainings()
            .createTraining(
                CreateTrainingRequest.newBuilder()
                    .setTrainingId(network.id())
                    .setSpec(training(network))
                    .putLabels("demo", network.id())
                    .setRequestId(UUID.randomUUID().toString())
                    .build())
            .getTraining();
    ProgressDisplay.say("training " + network.label());
    Training trained = new TrainingWatch(services).follow(training, true);
    TrainingOutput.requireSuccess(trained);
    ProgressDisplay.say("trained: " + TrainingWatch.note(trained.getLatestEpoch()));
    CheckpointPair pair =
        services
            .pairs()
            .getPair(
                GetPairRequest.newBuilder()
                    .setName(trained.getPair())
                    .setView(PairView.PAIR_VIEW_FULL)
                    .build())
            .getPair();
    ProgressDisplay.say("evaluating " + network.label());
    PathResult result =
        InterpolateCommand.stream(services, path(trained.getPair()), OutputFormat.table);
    return ReportEntry.of(result).withLabel(network.label()).withPair(pair).withTraining(trained);
  }

  private PathSpec path(String pair) {
    SchemeText schemes = new SchemeText();
    return PathSpec.newBuilder()
        .setEnds(
            PathEnds.newBuilder()
                .setFirst(
                    EndRef.newBuilder().setPair(EndRef.CataloguePair.newBuilder().setName(pair))))
        .addSchemes(schemes.convert("LINEAR"))
        .addSchemes(schemes.convert("HOMOGENEOUS_BIAS"))
        .setGrid(AlphaGrid.newBuilder().setUniform(AlphaGrid.Uniform.newBuilder().setCount(alphas)))
        .build();
  }

  private TrainingSpec training(Network network) {
    DatasetSpec.Builder data =
        DatasetSpec.newBuilder()
            .setNamed(DatasetSpec.NamedDataset.newBuilder().setName("mnist-10k"));
    if (limit != null) {
      data.setFirst(limit);
    }
    return TrainingSpec.newBuilder()
        .setNetwork(
            NetworkSpec.newBuilder()
                .setFullyConnected(
                    NetworkSpec.FullyConnected.newBuilder()
                        .setDepth(network.depth())
                        .setWidth(network.width())
                        .setActivation(
                            Activation.newBuilder().setRelu(Activation.Relu.getDefaultInstance())))
                .setInitializer(
                    Initializer.newBuilder()
                        .setXavier(
                            Initializer.Xavier.newBuilder()
                                .setDistribution(Initializer.Distribution.DISTRIBUTION_NORMAL))
                        .setScale(network.initScale())))
        .setDataset(data)
        .setLearningRate(LearningRate.newBuilder().setBase(0.05))
        .setBatchSize(128)
        .setSeed(seed)
        .setStoppingRule(
            StoppingRule.newBuilder()
                .setMaxEpochs(epochs == null ? network.epochs() : epochs)
                .setTrainLoss(0.01))
        .build();
  }

  private static Path makeWorkDirectory() {
    try {
      return Files.createTempDirectory("plateau-demo");
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.INVALID, "can't make a temporary folder: " + e.getMessage());
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
