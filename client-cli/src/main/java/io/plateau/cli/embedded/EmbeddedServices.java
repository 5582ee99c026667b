package io.plateau.cli.embedded;

import io.plateau.interpolator.InterpolatorServer;
import io.plateau.interpolator.configuration.InterpolatorConfiguration;
import io.plateau.service.bootstrap.ShutdownHook;
import io.plateau.service.configuration.Configuration;
import io.plateau.service.configuration.ConfigurationCatalogue;
import io.plateau.service.configuration.ConfigurationSources;
import io.plateau.service.logging.LogSetup;
import io.plateau.service.validation.RequestValidator;
import io.plateau.trainer.TrainerServer;
import io.plateau.trainer.configuration.TrainerConfiguration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A trainer and an interpolator that resolves its pairs from it. */
public final class EmbeddedServices implements AutoCloseable {
  private final TrainerServer trainer;
  private final InterpolatorServer interpolator;

  private EmbeddedServices(TrainerServer trainer, InterpolatorServer interpolator) {
    this.trainer = trainer;
    this.interpolator = interpolator;
  }

  /**
   * Starts both with settings of the command line, a file and the environment.
   *
   * @param settings {@code --key=value} each; those of a section go to its service, {@code --log.*}
   *     and {@code --config} to both
   * @throws io.plateau.service.configuration.ConfigurationException if a setting can't be used
   */
  public static EmbeddedServices start(List<String> settings, Map<String, String> environment) {
    Map<String, String> shared = new TreeMap<>(environment);
    shared.keySet().removeIf(name -> name.startsWith("PLATEAU_CLI_"));
    Configuration trainer =
        load(TrainerConfiguration.catalogue(), without(settings, "--interpolator."), shared);
    LogSetup.apply(trainer);
    return start(trainer, without(settings, "--trainer."), shared);
  }

  /**
   * Starts both on free ports with everything they keep below a directory, and logs as the caller
   * has set them up.
   */
  public static EmbeddedServices startIn(Path directory) {
    Configuration trainer =
        load(
            TrainerConfiguration.catalogue(),
            List.of(
                "--trainer.data-directory=" + directory.resolve("trainer"),
                "--trainer.port=0",
                "--trainer.metrics-port=0"),
            Map.of());
    return start(
        trainer,
        List.of(
            "--interpolator.data-directory=" + directory.resolve("interpolator"),
            "--interpolator.port=0",
            "--interpolator.metrics-port=0"),
        Map.of());
  }

  private static EmbeddedServices start(
      Configuration trainerConfiguration,
      List<String> interpolatorSettings,
      Map<String, String> environment) {
    // Compiled rules take memory and time: one validator serves both.
    RequestValidator validator = new RequestValidator();
    TrainerServer trainer = TrainerServer.start(trainerConfiguration, validator);
    try {
      List<String> settings = new ArrayList<>(interpolatorSettings);
      String key = "--" + InterpolatorConfiguration.TRAINER.name();
      if (settings.stream()
              .noneMatch(setting -> setting.equals(key) || setting.startsWith(key + "="))
          && !environment.containsKey(InterpolatorConfiguration.TRAINER.environmentName())) {
        settings.add(key + "=localhost:" + trainer.port());
      }
      return new EmbeddedServices(
          trainer,
          InterpolatorServer.start(
              load(InterpolatorConfiguration.catalogue(), settings, environment), validator));
    } catch (RuntimeException e) {
      trainer.close();
      throw e;
    }
  }

  /** Where the trainer listens, {@code host:port}. */
  public String trainerAddress() {
    return "localhost:" + trainer.port();
  }

  /** Where the interpolator listens, {@code host:port}. */
  public String interpolatorAddress() {
    return "localhost:" + interpolator.port();
  }

  /** Ports of gRPC and metrics of both, for a person. */
  public String describe() {
    return String.join(
        "\n",
        "trainer       gRPC "
            + trainerAddress()
            + "  metrics http://localhost:"
            + trainer.metricsPort()
            + "/metrics",
        "interpolator  gRPC "
            + interpolatorAddress()
            + "  metrics http://localhost:"
            + interpolator.metricsPort()
            + "/metrics");
  }

  /** Serves until the process is told to end; then both save, drain and close. */
  public void serve() throws InterruptedException {
    ShutdownHook.install(List.of(trainer.server(), interpolator.server()));
    trainer.server().awaitTermination();
    interpolator.server().awaitTermination();
  }

  @Override
  public void close() {
    interpolator.close();
    trainer.close();
  }

  private static Configuration load(
      ConfigurationCatalogue catalogue, List<String> settings, Map<String, String> environment) {
    return Configuration.load(catalogue, ConfigurationSources.of(catalogue, settings, environment));
  }

  private static List<String> without(List<String> settings, String section) {
    return settings.stream().filter(setting -> !setting.startsWith(section)).toList();
  }
}
