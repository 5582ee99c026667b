package io.plateau.cli.connection;

import picocli.CommandLine.Option;

/** Where the services are. */
public final class ServiceAddresses {
  @Option(
      names = "--trainer",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:PLATEAU_CLI_TRAINER:-localhost:7431}",
      description = "The trainer service; also by PLATEAU_CLI_TRAINER. Default: localhost:7431.")
  private String trainer = "localhost:7431";

  @Option(
      names = "--interpolator",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:PLATEAU_CLI_INTERPOLATOR:-localhost:7432}",
      description =
          "The interpolator service; also by PLATEAU_CLI_INTERPOLATOR. Default: localhost:7432.")
  private String interpolator = "localhost:7432";

  /** Opens channels; no connection is made before the first call. */
  public Services open() {
    return Services.to(trainer, interpolator);
  }
}
