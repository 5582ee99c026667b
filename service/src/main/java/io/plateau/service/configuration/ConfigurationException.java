package io.plateau.service.configuration;

import java.util.List;

/** The settings can't be used. The message lists everything that is wrong, one line each. */
public final class ConfigurationException extends RuntimeException {
  private final transient List<String> problems;

  public ConfigurationException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  public ConfigurationException(String problem) {
    this(List.of(problem));
  }

  public ConfigurationException(String problem, Throwable cause) {
    this(problem);
    initCause(cause);
  }

  public List<String> problems() {
    return problems;
  }
}
