package io.plateau.service.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What runs.
 *
 * @param version of Plateau
 * @param java version of the Java runtime
 */
public record BuildInformation(String version, String java) {

  /** That of this process. */
  public static BuildInformation read() {
    Properties build = new Properties();
    try (InputStream stream = BuildInformation.class.getResourceAsStream("build.properties")) {
      build.load(stream);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("The build's own properties can't be read", unreadable);
    }
    return new BuildInformation(build.getProperty("version"), Runtime.version().toString());
  }
}
