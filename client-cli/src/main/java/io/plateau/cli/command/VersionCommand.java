package io.plateau.cli.command;

import io.plateau.service.metrics.BuildInformation;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code plateau version}. */
@Command(name = "version", description = "Prints the version.", mixinStandardHelpOptions = true)
public final class VersionCommand implements Runnable, IVersionProvider {
  @Override
  public void run() {
    System.out.println(getVersion()[0]);
  }

  @Override
  public String[] getVersion() {
    BuildInformation build = BuildInformation.read();
    return new String[] {"plateau " + build.version() + " (Java " + build.java() + ")"};
  }
}
