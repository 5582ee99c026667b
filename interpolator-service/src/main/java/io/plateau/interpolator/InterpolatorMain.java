package io.plateau.interpolator;

import io.plateau.core.dataset.DatasetException;
import io.plateau.interpolator.configuration.InterpolatorConfiguration;
import io.plateau.service.bootstrap.ShutdownHook;
import io.plateau.service.configuration.Configuration;
import io.plateau.service.configuration.ConfigurationException;
import io.plateau.service.configuration.ConfigurationSources;
import io.plateau.service.database.DatabaseException;
import io.plateau.service.logging.LogSetup;
import io.plateau.service.validation.RequestValidator;
import java.util.List;

/**
 * Runs an interpolator until the process is told to end. SIGTERM puts running evaluations back into
 * the queue, lets calls end, and exits with 143. What can't be started exits with 2 (a setting) or
 * 1 (a database that can't be opened) and says why on standard error.
 */
public final class InterpolatorMain {
  private static final int NOT_STARTED = 1;
  private static final int BAD_SETTING = 2;

  private InterpolatorMain() {}

  /**
   * Starts the interpolator.
   *
   * @param arguments {@code --key=value} of {@link InterpolatorConfiguration}, {@code
   *     --config=FILE}
   */
  public static void main(String[] arguments) throws InterruptedException {
    InterpolatorServer interpolator;
    try {
      Configuration configuration =
          Configuration.load(
              InterpolatorConfiguration.catalogue(),
              ConfigurationSources.of(
                  InterpolatorConfiguration.catalogue(), List.of(arguments), System.getenv()));
      LogSetup.apply(configuration);
      interpolator = InterpolatorServer.start(configuration, new RequestValidator());
    } catch (ConfigurationException e) {
      System.err.println(e.getMessage());
      System.exit(BAD_SETTING);
      return;
    } catch (DatabaseException | DatasetException e) {
      System.err.println(e.getMessage());
      System.exit(NOT_STARTED);
      return;
    }
    ShutdownHook.install(List.of(interpolator.server()));
    interpolator.server().awaitTermination();
  }
}
