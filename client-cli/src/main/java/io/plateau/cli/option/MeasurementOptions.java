package io.plateau.cli.option;

import io.plateau.cli.failure.CommandFailure;
import io.plateau.cli.failure.ExitCode;
import io.plateau.proto.common.v1.AlphaGrid;
import io.plateau.proto.common.v1.Precision;
import io.plateau.proto.common.v1.Scheme;
import io.plateau.proto.interpolator.v1.LastLayerSplitSwitch;
import io.plateau.proto.interpolator.v1.LayerContributionOptions;
import io.plateau.proto.interpolator.v1.Measurements;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How to go along a path and what to measure there, with or without a service. */
public final class MeasurementOptions {
  @Option(
      names = "--scheme",
      paramLabel = "SCHEME",
      converter = SchemeText.class,
      description = SchemeText.FORMS + "; may be repeated. Default: LINEAR and HOMOGENEOUS_BIAS.")
  private List<Scheme> schemes = List.of();

  @Option(
      names = "--alphas",
      paramLabel = "GRID",
      converter = AlphasText.class,
      description =
          "A number of points (51), start:stop:step (0:1:0.02), a list (0,0.5,1) or adaptive:TOLERANCE. Default: 51.")
  private AlphaGrid alphas = AlphaGrid.getDefaultInstance();

  @Option(names = "--no-split", description = "Leave the last-layer split out.")
  private boolean noSplit;

  @Option(
      names = "--contributions",
      description = "Measure what the bias of each layer, and of all, contributes.")
  private boolean contributions;

  @Option(
      names = "--precision",
      paramLabel = "P",
      description = "float32 or float64. Default: ${DEFAULT-VALUE}.")
  private String precision = "float32";

  /** The schemes; LINEAR and HOMOGENEOUS_BIAS if none is given. */
  public List<Scheme> schemes() {
    SchemeText text = new SchemeText();
    return schemes.isEmpty()
        ? List.of(text.convert("LINEAR"), text.convert("HOMOGENEOUS_BIAS"))
        : schemes;
  }

  /** The alphas; unset for the default. */
  public AlphaGrid alphas() {
    return alphas;
  }

  /** What to measure. */
  public Measurements measurements() {
    Measurements.Builder measurements =
        Measurements.newBuilder()
            .setLastLayerSplit(
                noSplit
                    ? LastLayerSplitSwitch.LAST_LAYER_SPLIT_SWITCH_OFF
                    : LastLayerSplitSwitch.LAST_LAYER_SPLIT_SWITCH_ON);
    if (contributions) {
      measurements.setLayerContributions(LayerContributionOptions.getDefaultInstance());
    }
    return measurements.build();
  }

  /** The numbers computed in. */
  public Precision precision() {
    return switch (precision.toLowerCase(Locale.ROOT)) {
      case "float32" -> Precision.PRECISION_FLOAT32;
      case "float64" -> Precision.PRECISION_FLOAT64;
      default ->
          throw new CommandFailure(
              ExitCode.USAGE, "--precision is float32 or float64, not " + precision);
    };
  }
}
