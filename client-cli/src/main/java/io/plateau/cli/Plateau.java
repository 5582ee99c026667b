package io.plateau.cli;

import io.plateau.cli.command.PlateauCommand;
import io.plateau.cli.failure.ExitCode;
import io.plateau.cli.failure.FailureText;
import picocli.CommandLine;

/** The program. */
public final class Plateau {
  private Plateau() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs one command; returns its exit code. */
  public static int run(String... arguments) {
    return new CommandLine(new PlateauCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Plateau::report)
        .setParameterExceptionHandler(Plateau::explain)
        .execute(arguments);
  }

  /** A wrong command line needs one sentence and the way to the whole help, not the whole help. */
  private static int explain(CommandLine.ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    System.err.println("plateau: " + failure.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(failure, command.getErr());
    System.err.println("  see `" + command.getCommandSpec().qualifiedName() + " --help`");
    return ExitCode.USAGE.code();
  }

  private static int report(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    FailureText text = FailureText.of(failure);
    System.err.println("plateau: " + text.text());
    if (!text.isExpected()) {
      failure.printStackTrace(System.err);
    }
    return text.exitCode() == ExitCode.OK ? ExitCode.INTERNAL.code() : text.exitCode().code();
  }
}
