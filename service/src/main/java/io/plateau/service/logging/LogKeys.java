package io.plateau.service.logging;

import io.plateau.service.configuration.ConfigurationKey;
import java.util.List;
import org.slf4j.event.Level;

/** Settings of the log of a process. */
public final class LogKeys {
  public static final ConfigurationKey<LogFormat> FORMAT =
      ConfigurationKey.choice(
          "log.format", LogFormat.TEXT, "How log lines are written to standard error.");
  public static final ConfigurationKey<Level> LEVEL =
      ConfigurationKey.choice("log.level", Level.INFO, "Least severe level that is logged.");

  private LogKeys() {}

  public static List<ConfigurationKey<?>> all() {
    return List.of(FORMAT, LEVEL);
  }
}
