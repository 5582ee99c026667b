package io.plateau.service.configuration;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where settings come from, weakest first.
 *
 * @param file properties file in UTF-8; empty for none
 * @param environment variables; those not named {@code PLATEAU_...} are ignored
 * @param flags values by key name
 */
public record ConfigurationSources(
    Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {

  public ConfigurationSources {
    environment = Map.copyOf(environment);
    flags = Map.copyOf(flags);
  }

  /** Nothing but flags: for a server that is embedded in another program. */
  public static ConfigurationSources ofFlags(Map<String, String> flags) {
    return new ConfigurationSources(Optional.empty(), Map.of(), flags);
  }

  /**
   * Reads a command line of {@code --key=value}, {@code --key value} and {@code --flag}; the file
   * is that of {@code --config} or of the variable {@code PLATEAU_CONFIG}.
   *
   * @throws ConfigurationException for anything else on the command line
   */
  public static ConfigurationSources of(
      ConfigurationCatalogue catalogue, List<String> arguments, Map<String, String> environment) {
    Map<String, String> flags = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    String file = environment.get(EnvironmentNames.CONFIGURATION_FILE);
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("--") || argument.length() == 2) {
        problems.add(
            "Unexpected argument \"" + argument + "\"; settings are given as --key=value.");
        continue;
      }
      int equals = argument.indexOf('=');
      String name = argument.substring(2, equals < 0 ? argument.length() : equals);
      String value;
      if (equals >= 0) {
        value = argument.substring(equals + 1);
      } else if (isFlag(catalogue, name)) {
        value = "true";
      } else if (i + 1 < arguments.size() && !arguments.get(i + 1).startsWith("--")) {
        i++;
        value = arguments.get(i);
      } else if (catalogue.find(name).isEmpty() && !name.equals("config")) {
        // Reported as unknown when the sources are read.
        value = "";
      } else {
        problems.add("--" + name + " needs a value.");
        continue;
      }
      if (name.equals("config")) {
        file = value;
      } else if (flags.put(name, value) != null) {
        problems.add("--" + name + " is given twice.");
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new ConfigurationSources(path(file), environment, flags);
  }

  private static boolean isFlag(ConfigurationCatalogue catalogue, String name) {
    return catalogue.find(name).map(key -> key.type().equals("flag")).orElse(false);
  }

  private static Optional<Path> path(String file) {
    if (file == null || file.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(file));
    } catch (InvalidPathException invalid) {
      throw new ConfigurationException("Not a path of a configuration file: " + file, invalid);
    }
  }
}
