package io.plateau.cli.command;

import io.plateau.cli.evaluation.LocalEvaluation;
import io.plateau.cli.failure.CommandFailure;
import io.plateau.cli.failure.ExitCode;
import io.plateau.cli.option.MeasurementOptions;
import io.plateau.cli.option.OutputFormat;
import io.plateau.cli.progress.ProgressDisplay;
import io.plateau.core.checkpoint.Manifest;
import io.plateau.core.checkpoint.PairDirectory;
import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.DatasetRegistry;
import io.plateau.core.dataset.IdxSource;
import io.plateau.core.dataset.SafetensorsSource;
import io.plateau.core.dataset.Split;
import io.plateau.core.path.EvaluationLimits;
import io.plateau.proto.interpolator.v1.PathResult;
import io.plateau.service.translation.AlphaGridTranslation;
import io.plateau.service.translation.MeasurementsTranslation;
import io.plateau.service.translation.PrecisionTranslation;
import io.plateau.service.translation.RequestField;
import io.plateau.service.translation.SchemeTranslation;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plateau evaluate DIR ...}. */
@Command(
    name = "evaluate",
    description = {
      "Evaluates one pair directory in this process, with no service.",
      "DIR holds init.safetensors and final.safetensors beside manifest.json or architecture.json."
    },
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Runnable {
  @Parameters(paramLabel = "DIR", description = "The pair directory.")
  private Path directory;

  @ArgGroup private Data data;

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N samples.")
  private Integer limit;

  @Mixin private MeasurementOptions measured;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Most samples of a pass. Default: as the activations' size allows.")
  private int batchSize;

  @Option(
      names = "--memory",
      paramLabel = "MIB",
      description = "Device memory in MiB. Default: ${DEFAULT-VALUE}.")
  private long memory = EvaluationLimits.DEFAULT.memoryBytes() >> 20;

  @Option(
      names = {"-o", "--output"},
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private OutputFormat output = OutputFormat.table;

  /** Where the samples are. */
  static final class Data {
    @Option(
        names = "--data",
        required = true,
        paramLabel = "FILE",
        description = "Safetensors with tensors x and y. Default: the pair's own data.")
    private Path samples;

    @ArgGroup(exclusive = false)
    private Idx idx;
  }

  /** A pair of IDX files. */
  static final class Idx {
    @Option(
        names = "--images",
        required = true,
        paramLabel = "FILE",
        description = "IDX images, plain or gzip.")
    private Path images;

    @Option(
        names = "--labels",
        required = true,
        paramLabel = "FILE",
        description = "IDX labels, plain or gzip.")
    private Path labels;
  }

  @Override
  public void run() {
    PairDirectory pair = PairDirectory.read(directory);
    Dataset samples = samples(pair);
    if (limit != null) {
      if (limit < 1) {
        throw new CommandFailure(ExitCode.USAGE, "--limit must be at least 1");
      }
      samples = samples.limit(limit);
    }
    LocalEvaluation evaluation =
        new LocalEvaluation(
            directory,
            pair,
            samples,
            SchemeTranslation.toCore(measured.schemes(), new RequestField("scheme")),
            AlphaGridTranslation.toCore(measured.alphas(), new RequestField("alphas")),
            MeasurementsTranslation.toCore(
                measured.measurements(), new RequestField("measurements")),
            PrecisionTranslation.toCore(measured.precision(), new RequestField("precision")),
            new EvaluationLimits(memory << 20, batchSize));
    PathResult result;
    try (ProgressDisplay bar = ProgressDisplay.open("evaluate", " alphas", -1)) {
      result = evaluation.run((done, total) -> bar.update(done, total, ""));
    }
    ResultOutput.print(result, output);
  }

  private Dataset samples(PairDirectory pair) {
    OptionalInt classes = OptionalInt.of(pair.network().classes());
    if (data == null) {
      Manifest manifest =
          pair.manifest()
              .orElseThrow(
                  () ->
                      new CommandFailure(
                          ExitCode.USAGE,
                          "without a manifest the data are not known; give --data FILE, or --images FILE --labels FILE"));
      return new DatasetRegistry(Map.of()).open(manifest.dataset());
    } else if (data.samples != null) {
      return SafetensorsSource.read(data.samples, data.samples.getFileName().toString(), classes);
    }
    return IdxSource.read(
        data.idx.images,
        data.idx.labels,
        data.idx.images.getFileName().toString(),
        Split.ALL,
        classes);
  }
}
