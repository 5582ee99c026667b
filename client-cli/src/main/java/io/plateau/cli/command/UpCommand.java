package io.plateau.cli.command;

import picocli.CommandLine.Command;

/** {@code plateau up}. */
@Command(
    name = "up",
    description = "Runs both services on this machine.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Runnable {
  @Override
  public void run() {}
}
