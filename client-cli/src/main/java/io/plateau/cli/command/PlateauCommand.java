package io.plateau.cli.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command line. */
@Command(
    name = "plateau",
    description = "Studies the line from a network's initialization to its minimizer.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      UpCommand.class,
      TrainCommand.class,
      TrainingsCommand.class,
      PairsCommand.class,
      InterpolateCommand.class,
      EvaluationsCommand.class,
      EvaluateCommand.class,
      ReportCommand.class,
      DoctorCommand.class,
      VersionCommand.class,
      CompletionCommand.class
    },
    footer = {
      "",
      "Data go to standard output, all else to standard error. Exit codes: 0 done, 2 wrong command line,",
      "3 invalid request or file, 4 not found, 5 conflict, 6 denied, 7 limit or full queue, 8 service not",
      "reachable, 9 deadline, 10 cancelled, 11 damaged data, 12 training or evaluation failed, 1 anything else;",
      "130 and 143 after Ctrl-C and SIGTERM."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.class)
public final class PlateauCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "give a command; `plateau demo` is a good first one");
  }
}
