package io.plateau.cli.command;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code plateau completion}. */
@Command(
    name = "completion",
    description = "Prints a completion script for bash and zsh: source <(plateau completion)",
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    System.out.print(AutoComplete.bash("plateau", spec.root().commandLine()));
  }
}
