package io.plateau.cli.command;

import picocli.CommandLine.Command;

/** {@code plateau demo}. */
@Command(
    name = "demo",
    description = "The main job from end to end.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Runnable {
  @Override
  public void run() {}
}
