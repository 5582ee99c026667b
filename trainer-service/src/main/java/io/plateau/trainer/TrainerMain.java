package io.plateau.trainer;

import io.plateau.core.checkpoint.CheckpointException;
import io.plateau.core.dataset.DatasetException;
import io.plateau.service.bootstrap.ShutdownHook;
import io.plateau.service.configuration.Configuration;
import io.plateau.service.configuration.ConfigurationException;
import io.plateau.service.configuration.ConfigurationSources;
import io.plateau.service.database.DatabaseException;
import io.plateau.service.logging.LogSetup;
import io.plateau.service.validation.RequestValidator;
import io.plateau.trainer.configuration.TrainerConfiguration;
import java.util.List;

/**
 * Runs a trainer until the process is told to end. SIGTERM has running trainings saved, lets calls
 * end, and exits with 143. What can't be started exits with 2 (a setting) or 1 (a database or store
 * that can't be opened) and says why on standard error.
 */
public final class TrainerMain {
  private static final int NOT_STARTED = 1;
  private static final int BAD_SETTING = 2;

  private TrainerMain() {}

  /**
   * Starts the trainer.
   *
   * @param arguments {@code --key=value} of {@link TrainerConfiguration}, {@code --config=FILE}
   */
  public static void main(String[] arguments) throws InterruptedException {
    TrainerServer trainer;
    try {
      Configuration configuration =
          Configuration.load(
              TrainerConfiguration.catalogue(),
              ConfigurationSources.of(
                  TrainerConfiguration.catalogue(), List.of(arguments), System.getenv()));
      LogSetup.apply(configuration);
      trainer = TrainerServer.start(configuration, new RequestValidator());
    } catch (ConfigurationException e) {
      System.err.println(e.getMessage());
      System.exit(BAD_SETTING);
      return;
    } catch (DatabaseException | CheckpointException | DatasetException e) {
      System.err.println(e.getMessage());
      System.exit(NOT_STARTED);
      return;
    }
    ShutdownHook.install(List.of(trainer.server()));
    trainer.server().awaitTermination();
  }
}
