package io.plateau.cli.report;

import io.plateau.proto.interpolator.v1.PathResult;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.Training;
import java.util.Optional;

/**
 * One evaluated path with what is known of its training.
 *
 * @param label what the report calls it; blank: the network in words, with its seed where there are
 *     several
 * @param result the curves
 * @param pair the pair of the second end, whose training record is shown
 * @param training the training that made the pair, whose settings are shown
 */
public record ReportEntry(
    String label, PathResult result, Optional<CheckpointPair> pair, Optional<Training> training) {
  /** A path alone, under the name of its network. */
  public static ReportEntry of(PathResult result) {
    return new ReportEntry("", result, Optional.empty(), Optional.empty());
  }

  public ReportEntry withLabel(String label) {
    return new ReportEntry(label, result, pair, training);
  }

  public ReportEntry withPair(CheckpointPair pair) {
    return new ReportEntry(label, result, Optional.of(pair), training);
  }

  public ReportEntry withTraining(Training training) {
    return new ReportEntry(label, result, pair, Optional.of(training));
  }
}
