package io.plateau.service.configuration;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;

/** The settings of one server, each checked and with the source that it came from. */
public final class Configuration {
  private static final String HIDDEN = "(hidden)";

  private final Map<ConfigurationKey<?>, Setting> settings;

  private Configuration(Map<ConfigurationKey<?>, Setting> settings) {
    this.settings = settings;
  }

  private record Setting(Object value, String text, String source) {}

  private record Text(String value, String source) {}

  /**
   * Reads every key of {@code catalogue}.
   *
   * @throws ConfigurationException with everything that is wrong: unknown keys with the nearest
   *     known name, bad values with key, source, value and what is allowed, an unreadable file
   */
  public static Configuration load(ConfigurationCatalogue catalogue, ConfigurationSources sources) {
    List<String> problems = new ArrayList<>();
    Map<String, Text> texts = new LinkedHashMap<>();
    sources.file().ifPresent(file -> readFile(catalogue, file, texts, problems));
    readEnvironment(catalogue, sources.environment(), texts, problems);
    readFlags(catalogue, sources.flags(), texts, problems);

    Map<ConfigurationKey<?>, Setting> settings = new LinkedHashMap<>();
    for (ConfigurationKey<?> key : catalogue.keys()) {
      Text text = texts.getOrDefault(key.name(), new Text(key.defaultText(), "default"));
      try {
        settings.put(key, new Setting(key.parse(text.value()), text.value(), text.source()));
      } catch (IllegalArgumentException invalid) {
        problems.add(badValue(key, text));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return new Configuration(settings);
  }

  /**
   * The value of {@code key}.
   *
   * @throws IllegalArgumentException for a key that is not in the catalogue
   */
  public <T> T get(ConfigurationKey<T> key) {
    @SuppressWarnings("unchecked") // The key's own parser made the value.
    T value = (T) setting(key).value();
    return value;
  }

  /** Where the value of {@code key} came from, in words. */
  public String source(ConfigurationKey<?> key) {
    return setting(key).source();
  }

  /** Key, value and source in words, for messages; the value of a secret is hidden. */
  public String describe(ConfigurationKey<?> key) {
    Setting setting = setting(key);
    return key.name() + " = " + shown(key, setting.text()) + " (" + setting.source() + ")";
  }

  /** What was set by somebody, one {@link #describe} each, for the log of a start. */
  public List<String> describeChanged() {
    return settings.entrySet().stream()
        .filter(entry -> !entry.getValue().source().equals("default"))
        .map(entry -> describe(entry.getKey()))
        .toList();
  }

  private Setting setting(ConfigurationKey<?> key) {
    Setting setting = settings.get(key);
    if (setting == null) {
      throw new IllegalArgumentException(key + " is not in the server's catalogue");
    }
    return setting;
  }

  private static void readFile(
      ConfigurationCatalogue catalogue, Path file, Map<String, Text> texts, List<String> problems) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException unreadable) {
      problems.add("Can't read the configuration file " + file + ": " + unreadable);
      return;
    }
    String source = "file " + file;
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      if (catalogue.find(name).isPresent()) {
        texts.put(name, new Text(properties.getProperty(name), source));
      } else if (!catalogue.isForeign(name)) {
        problems.add(unknown(name, source, catalogue.nearestName(name)));
      }
    }
  }

  private static void readEnvironment(
      ConfigurationCatalogue catalogue,
      Map<String, String> environment,
      Map<String, Text> texts,
      List<String> problems) {
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (!name.startsWith(EnvironmentNames.PREFIX)
                  || name.equals(EnvironmentNames.CONFIGURATION_FILE)
                  || EnvironmentNames.isServiceLink(name, value)) {
                return;
              }
              Optional<ConfigurationKey<?>> key = catalogue.findByEnvironmentName(name);
              if (key.isPresent()) {
                texts.put(key.get().name(), new Text(value, "environment " + name));
              } else if (!catalogue.isForeignEnvironmentName(name)) {
                problems.add(unknown(name, "environment", catalogue.nearestEnvironmentName(name)));
              }
            });
  }

  private static void readFlags(
      ConfigurationCatalogue catalogue,
      Map<String, String> flags,
      Map<String, Text> texts,
      List<String> problems) {
    new TreeMap<>(flags)
        .forEach(
            (name, value) -> {
              if (catalogue.find(name).isPresent()) {
                texts.put(name, new Text(value, "flag --" + name));
              } else {
                problems.add(unknown(name, "flags", catalogue.nearestName(name)));
              }
            });
  }

  private static String unknown(String name, String source, Optional<String> nearest) {
    return "Unknown key "
        + name
        + " ("
        + source
        + ")"
        + nearest.map(known -> "; did you mean " + known + "?").orElse(".");
  }

  private static String badValue(ConfigurationKey<?> key, Text text) {
    return "Bad value of "
        + key.name()
        + " ("
        + text.source()
        + "): "
        + shown(key, text.value())
        + "; allowed: "
        + key.allowed()
        + ".";
  }

  private static String shown(ConfigurationKey<?> key, String text) {
    return key.isSecret() ? HIDDEN : "\"" + text + "\"";
  }
}
