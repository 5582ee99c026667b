package io.plateau.cli.command;

import io.plateau.cli.embedded.EmbeddedServices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** {@code plateau up}. */
@Command(
    name = "up",
    description = {
      "Runs both services on this machine until Ctrl-C: the trainer on 7431 and the interpolator on 7432, metrics on 9431 and",
      "9432. Any setting of docs/configuration.md may follow, such as --trainer.port=0."
    },
    mixinStandardHelpOptions = true)
final class UpCommand implements Runnable {
  @Option(
      names = "--data-directory",
      paramLabel = "DIR",
      description = "Keep everything below this folder. Default: each service's own default.")
  private Path directory;

  @Unmatched private List<String> settings = new ArrayList<>();

  @Override
  public void run() {
    if (directory != null) {
      settings.add("--trainer.data-directory=" + directory.resolve("trainer").toAbsolutePath());
      settings.add(
          "--interpolator.data-directory=" + directory.resolve("interpolator").toAbsolutePath());
    }
    try (EmbeddedServices services = EmbeddedServices.start(settings, System.getenv())) {
      System.out.println(services.describe());
      System.out.flush();
      services.serve();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
