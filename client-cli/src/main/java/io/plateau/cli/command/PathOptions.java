package io.plateau.cli.command;

import io.plateau.cli.option.MeasurementOptions;
import io.plateau.cli.option.PairText;
import io.plateau.proto.common.v1.CheckpointRef;
import io.plateau.proto.common.v1.EndRef;
import io.plateau.proto.common.v1.PathEnds;
import io.plateau.proto.common.v1.Split;
import io.plateau.proto.interpolator.v1.Measurements;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.interpolator.v1.TheoryOptions;
import picocli.CommandLine.Mixin;
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

  @Mixin private MeasurementOptions measured;

  @Option(names = "--split", description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private SplitName split = SplitName.train;

  @Option(names = "--theory", description = "Predict plateaus from the last layer (derived).")
  private boolean theory;

  @Option(names = "--samples", paramLabel = "N", description = "Only the first N samples.")
  private Long samples;

  PathSpec toSpec() {
    PathEnds.Builder ends = PathEnds.newBuilder().setFirst(PairText.end(pair));
    if (to != null) {
      ends.setSecond(second());
    }
    Measurements.Builder measurements = measured.measurements().toBuilder();
    if (theory) {
      measurements.setTheory(TheoryOptions.getDefaultInstance());
    }
    PathSpec.Builder spec =
        PathSpec.newBuilder()
            .setEnds(ends)
            .addAllSchemes(measured.schemes())
            .setGrid(measured.alphas())
            .setPairSplit(split == SplitName.train ? Split.SPLIT_TRAIN : Split.SPLIT_TEST)
            .setMeasurements(measurements)
            .setPrecision(measured.precision());
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
