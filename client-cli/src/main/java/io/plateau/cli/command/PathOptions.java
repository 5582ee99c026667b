package io.plateau.cli.command;

import io.plateau.cli.failure.CommandFailure;
import io.plateau.cli.failure.ExitCode;
import io.plateau.cli.option.AlphasText;
import io.plateau.cli.option.PairText;
import io.plateau.cli.option.SchemeText;
import io.plateau.proto.common.v1.AlphaGrid;
import io.plateau.proto.common.v1.CheckpointRef;
import io.plateau.proto.common.v1.EndRef;
import io.plateau.proto.common.v1.PathEnds;
import io.plateau.proto.common.v1.Precision;
import io.plateau.proto.common.v1.Scheme;
import io.plateau.proto.common.v1.Split;
import io.plateau.proto.interpolator.v1.LastLayerSplitSwitch;
import io.plateau.proto.interpolator.v1.LayerContributionOptions;
import io.plateau.proto.interpolator.v1.Measurements;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.interpolator.v1.TheoryOptions;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to evaluate along a path. */
final class PathOptions {
  /** Which part of the pair's data. */
  enum SplitName {
    train,
    test
  }

  @Parameters(paramLabel = "PAIR", description = "pairs/ID, ID, or the URI of a pair's folder.")
  private String pair;

  @Option(
      names = "--to",
      paramLabel = "END",
      description =
          "The second end: another pair (its minimizer), epoch:N of this pair, or zero. Default: this pair's minimizer.")
  private String to;

  @Option(
      names = "--scheme",
      paramLabel = "SCHEME",
      converter = SchemeText.class,
      description =
          "LINEAR, HOMOGENEOUS_BIAS, HOMOGENEOUS_LAST_BIAS, WEIGHTS_ONLY:INIT|FINAL|ZERO, BIASES_ONLY:INIT|FINAL,"
              + " LAYERS:1,3:INIT|FINAL or SCALE; may be repeated. Default: LINEAR and HOMOGENEOUS_BIAS.")
  private List<Scheme> schemes = List.of();

  @Option(
      names = "--alphas",
      paramLabel = "GRID",
      converter = AlphasText.class,
      description =
          "A number of points (51), start:stop:step (0:1:0.02), a list (0,0.5,1) or adaptive:TOLERANCE. Default: 51.")
  private AlphaGrid alphas = AlphaGrid.getDefaultInstance();

  @Option(names = "--split", description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private SplitName split = SplitName.train;

  @Option(names = "--no-split", description = "Leave the last-layer split out.")
  private boolean noSplit;

  @Option(
      names = "--contributions",
      description = "Measure what the bias of each layer, and of all, contributes.")
  private boolean contributions;

  @Option(names = "--theory", description = "Predict plateaus from the last layer (derived).")
  private boolean theory;

  @Option(names = "--samples", paramLabel = "N", description = "Only the first N samples.")
  private Long samples;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description = "float32 or float64. Default: ${DEFAULT-VALUE}.")
  private String precision = "float32";

  PathSpec toSpec() {
    PathEnds.Builder ends = PathEnds.newBuilder().setFirst(PairText.end(pair));
    if (to != null) {
      ends.setSecond(second());
    }
    Measurements.Builder measurements =
        Measurements.newBuilder()
            .setLastLayerSplit(
                noSplit
                    ? LastLayerSplitSwitch.LAST_LAYER_SPLIT_SWITCH_OFF
                    : LastLayerSplitSwitch.LAST_LAYER_SPLIT_SWITCH_ON);
    if (contributions) {
      measurements.setLayerContributions(LayerContributionOptions.getDefaultInstance());
    }
    if (theory) {
      measurements.setTheory(TheoryOptions.getDefaultInstance());
    }
    PathSpec.Builder spec =
        PathSpec.newBuilder()
            .setEnds(ends)
            .addAllSchemes(
                schemes.isEmpty()
                    ? List.of(
                        new SchemeText().convert("LINEAR"),
                        new SchemeText().convert("HOMOGENEOUS_BIAS"))
                    : schemes)
            .setGrid(alphas)
            .setPairSplit(split == SplitName.train ? Split.SPLIT_TRAIN : Split.SPLIT_TEST)
            .setMeasurements(measurements)
            .setPrecision(
                switch (precision.toLowerCase(Locale.ROOT)) {
                  case "float32" -> Precision.PRECISION_FLOAT32;
                  case "float64" -> Precision.PRECISION_FLOAT64;
                  default ->
                      throw new CommandFailure(ExitCode.USAGE, "--precision is float32 or float64");
                });
    if (samples != null) {
      spec.getLimitsBuilder().setMaxSamples(samples);
    }
    return spec.build();
  }

  private EndRef second() {
    if (to.equals("zero")) {
      return EndRef.newBuilder().setZero(EndRef.Zero.getDefaultInstance()).build();
    } else if (to.matches("epoch:\\d{1,6}")) {
      CheckpointRef epoch =
          CheckpointRef.newBuilder()
              .setEpoch(Integer.parseInt(to.substring("epoch:".length())))
              .build();
      EndRef.Builder end = PairText.end(pair).toBuilder();
      if (end.hasPair()) {
        end.getPairBuilder().setCheckpoint(epoch);
      } else {
        end.getStoredBuilder().setCheckpoint(epoch);
      }
      return end.build();
    }
    return PairText.end(to);
  }
}
