package io.plateau.service.configuration;

import static java.util.Objects.requireNonNull;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One setting: its name, type, default, range and meaning.
 *
 * @param <T> type of the value
 */
public final class ConfigurationKey<T> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z][a-z0-9-]*)+");

  private final String name;
  private final String type;
  private final String allowed;
  private final String defaultText;
  private final String description;
  private final boolean secret;
  private final Function<String, T> parser;

  private ConfigurationKey(
      String name,
      String type,
      String allowed,
      String defaultText,
      String description,
      boolean secret,
      Function<String, T> parser) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("Not a key: " + name);
    }
    this.name = name;
    this.type = type;
    this.allowed = allowed;
    this.defaultText = requireNonNull(defaultText, "defaultText");
    this.description = requireNonNull(description, "description");
    this.secret = secret;
    this.parser = parser;
  }

  /** Any text. An empty default means that the setting is off. */
  public static ConfigurationKey<String> text(
      String name, String defaultValue, String description) {
    return new ConfigurationKey<>(
        name, "text", "any", defaultValue, description, false, Function.identity());
  }

  /** A whole number from {@code minimum} to {@code maximum}. */
  public static ConfigurationKey<Integer> integer(
      String name, int defaultValue, int minimum, int maximum, String description) {
    return new ConfigurationKey<>(
        name,
        "integer",
        minimum + " to " + maximum,
        Integer.toString(defaultValue),
        description,
        false,
        text -> within(Integer.valueOf(text), minimum, maximum));
  }

  /** A finite number from {@code minimum} to {@code maximum}. */
  public static ConfigurationKey<Double> number(
      String name, double defaultValue, double minimum, double maximum, String description) {
    return new ConfigurationKey<>(
        name,
        "number",
        minimum + " to " + maximum,
        Double.toString(defaultValue),
        description,
        false,
        text -> within(Double.valueOf(text), minimum, maximum));
  }

  /** {@code true} or {@code false}; a flag without a value is {@code true}. */
  public static ConfigurationKey<Boolean> flag(
      String name, boolean defaultValue, String description) {
    return new ConfigurationKey<>(
        name,
        "flag",
        "true or false",
        Boolean.toString(defaultValue),
        description,
        false,
        ConfigurationKey::parseFlag);
  }

  /** A time span such as {@code 250ms}, {@code 30s}, {@code 5m}, {@code 2h} or {@code 7d}. */
  public static ConfigurationKey<Duration> duration(
      String name, Duration defaultValue, Duration minimum, Duration maximum, String description) {
    return new ConfigurationKey<>(
        name,
        "duration",
        Quantities.format(minimum) + " to " + Quantities.format(maximum),
        Quantities.format(defaultValue),
        description,
        false,
        text -> within(Quantities.parseDuration(text), minimum, maximum));
  }

  /** A number of bytes such as {@code 512}, {@code 64KiB}, {@code 4MiB} or {@code 2GiB}. */
  public static ConfigurationKey<Long> bytes(
      String name, long defaultValue, long minimum, long maximum, String description) {
    return new ConfigurationKey<>(
        name,
        "bytes",
        Quantities.formatBytes(minimum) + " to " + Quantities.formatBytes(maximum),
        Quantities.formatBytes(defaultValue),
        description,
        false,
        text -> within(Quantities.parseBytes(text), minimum, maximum));
  }

  /** One of an enum's constants, written in lower case with hyphens. */
  public static <E extends Enum<E>> ConfigurationKey<E> choice(
      String name, E defaultValue, String description) {
    List<E> constants = Arrays.asList(defaultValue.getDeclaringClass().getEnumConstants());
    return new ConfigurationKey<>(
        name,
        "choice",
        constants.stream().map(ConfigurationKey::written).collect(Collectors.joining(", ")),
        written(defaultValue),
        description,
        false,
        text ->
            constants.stream()
                .filter(constant -> written(constant).equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new));
  }

  /** A path of the file system, relative to the working directory where it isn't absolute. */
  public static ConfigurationKey<Path> path(String name, String defaultValue, String description) {
    return new ConfigurationKey<>(
        name, "path", "any", defaultValue, description, false, ConfigurationKey::parsePath);
  }

  /** Texts separated by commas, spaces around them ignored; empty for none. */
  public static ConfigurationKey<List<String>> list(
      String name, String defaultValue, String description) {
    return new ConfigurationKey<>(
        name,
        "list",
        "texts separated by commas",
        defaultValue,
        description,
        false,
        text ->
            Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList());
  }

  /** The same key, its value never shown anywhere. */
  public ConfigurationKey<T> asSecret() {
    return new ConfigurationKey<>(name, type, allowed, defaultText, description, true, parser);
  }

  /** Name in files and flags, such as {@code trainer.port}. */
  public String name() {
    return name;
  }

  /** Name in the environment, such as {@code PLATEAU_TRAINER_PORT}. */
  public String environmentName() {
    return EnvironmentNames.of(name);
  }

  /** Part of the name before the first dot. */
  public String section() {
    return name.substring(0, name.indexOf('.'));
  }

  public String type() {
    return type;
  }

  /** The allowed values in words. */
  public String allowed() {
    return allowed;
  }

  /** The default as a user would write it. */
  public String defaultText() {
    return defaultText;
  }

  public String description() {
    return description;
  }

  public boolean isSecret() {
    return secret;
  }

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException where it is not allowed
   */
  T parse(String text) {
    return parser.apply(text.strip());
  }

  @Override
  public String toString() {
    return name;
  }

  private static <N extends Comparable<N>> N within(N value, N minimum, N maximum) {
    if (value.compareTo(minimum) < 0 || value.compareTo(maximum) > 0) {
      throw new IllegalArgumentException();
    }
    return value;
  }

  private static Boolean parseFlag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  private static Path parsePath(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException invalid) {
      throw new IllegalArgumentException(invalid);
    }
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
