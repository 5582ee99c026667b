package io.plateau.cli.command;

import com.google.protobuf.util.Timestamps;
import io.plateau.cli.failure.CommandFailure;
import io.plateau.cli.failure.ExitCode;
import io.plateau.cli.failure.FailureText;
import io.plateau.cli.option.OutputFormat;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.service.errors.StatusDetails;
import java.util.List;
import java.util.Locale;

/** How trainings are printed. */
final class TrainingOutput {
  private TrainingOutput() {}

  static Rows<Training> rows() {
    return new Rows<Training>()
        .column("NAME", Training::getName)
        .column("STATE", training -> word(training.getState()))
        .column(
            "EPOCH",
            training -> training.hasLatestEpoch() ? "" + training.getLatestEpoch().getEpoch() : "-")
        .column(
            "LOSS",
            training ->
                training.hasLatestEpoch() ? number(training.getLatestEpoch().getTrainLoss()) : "-")
        .column(
            "ERROR",
            training ->
                training.hasLatestEpoch()
                    ? percent(training.getLatestEpoch().getTrainError())
                    : "-")
        .column(
            "HELD_OUT_ERROR",
            training ->
                training.hasLatestEpoch() && training.getLatestEpoch().hasHeldOutError()
                    ? percent(training.getLatestEpoch().getHeldOutError())
                    : "-")
        .column("PAIR", training -> training.getPair().isEmpty() ? "-" : training.getPair())
        .column(
            "CREATED",
            training ->
                training.hasCreateTime() ? Timestamps.toString(training.getCreateTime()) : "-");
  }

  static void print(Training training, OutputFormat format) {
    rows().print(List.of(training), training, format);
  }

  /**
   * A training that was waited for and did not succeed ends the command with an exit code of its
   * own.
   */
  static void requireSuccess(Training training) {
    switch (training.getState()) {
      case JOB_STATE_FAILED, JOB_STATE_FAILED_TO_LEARN -> {
        String reason =
            training.hasError()
                ? FailureText.of(StatusDetails.of(training.getError())).text()
                : "see its record";
        throw new CommandFailure(
            ExitCode.JOB_FAILED,
            training.getName() + " " + word(training.getState()) + ": " + reason);
      }
      case JOB_STATE_CANCELLED ->
          throw new CommandFailure(ExitCode.CANCELLED, training.getName() + " was cancelled");
      default -> {}
    }
  }

  /** {@code JOB_STATE_FAILED_TO_LEARN} as {@code failed to learn}. */
  static String word(JobState state) {
    return state.name().replace("JOB_STATE_", "").replace('_', ' ').toLowerCase(Locale.ROOT);
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.5g", value);
  }

  static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f%%", 100 * share);
  }
}
