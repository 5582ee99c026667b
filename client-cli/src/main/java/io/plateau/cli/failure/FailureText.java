package io.plateau.cli.failure;

import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.plateau.service.configuration.ConfigurationException;
import io.plateau.service.errors.ErrorStatus;
import io.plateau.service.errors.FieldViolation;
import io.plateau.service.errors.StatusDetails;
import io.plateau.service.translation.CoreErrors;
import java.util.Map;
import java.util.Optional;

/**
 * A failure as the user reads it.
 *
 * @param text one line that says what is wrong, then one a wrong field, then what to do
 * @param exitCode what the process ends with
 * @param isExpected whether a stack trace would be of no use to the user
 */
public record FailureText(String text, ExitCode exitCode, boolean isExpected) {

  /** Reads any failure of a command. */
  public static FailureText of(Throwable failure) {
    if (failure instanceof CommandFailure command) {
      return new FailureText(command.getMessage(), command.exitCode(), true);
    } else if (failure instanceof StatusRuntimeException || failure instanceof StatusException) {
      return of(StatusDetails.of(failure));
    } else if (failure instanceof ConfigurationException configuration) {
      return new FailureText(configuration.getMessage(), ExitCode.USAGE, true);
    }
    return CoreErrors.translators()
        .translate(failure)
        .map(known -> of(StatusDetails.of(ErrorStatus.of(known, Optional.empty()))))
        .orElseGet(() -> new FailureText(String.valueOf(failure), ExitCode.INTERNAL, false));
  }

  /** Reads the status of a call or of a stored job. */
  public static FailureText of(StatusDetails details) {
    StringBuilder text =
        new StringBuilder(details.message().isEmpty() ? details.code().name() : details.message());
    if (details.code() == Status.Code.UNAVAILABLE && details.reason().isEmpty()) {
      text.append("\n  is the service running? `plateau up` starts both on this machine");
    }
    for (FieldViolation violation : details.fieldViolations()) {
      String line = violation.field() + ": " + violation.description();
      if (!text.toString().contains(violation.description())) {
        text.append("\n  ").append(line);
      }
    }
    details
        .retryDelay()
        .ifPresent(
            delay ->
                text.append("\n  try again in ")
                    .append(Math.max(1, delay.toSeconds()))
                    .append(" s"));
    if (!details.reason().isEmpty()) {
      text.append("\n  reason ").append(details.reason());
      for (Map.Entry<String, String> entry : details.metadata().entrySet()) {
        text.append(' ').append(entry.getKey()).append('=').append(entry.getValue());
      }
    }
    details.requestId().ifPresent(id -> text.append("\n  request ").append(id));
    return new FailureText(text.toString(), ExitCode.of(details.code()), true);
  }
}
