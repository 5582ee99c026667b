package io.plateau.cli.failure;

/** Ends a command with a message for the user and an exit code. */
public final class CommandFailure extends RuntimeException {
  private final ExitCode exitCode;

  /** A failure that says what went wrong and what to do. */
  public CommandFailure(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** What the process ends with. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
