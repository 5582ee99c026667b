package io.plateau.service.configuration;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Time spans and sizes as people write them. */
final class Quantities {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");
  private static final Pattern BYTES = Pattern.compile("(\\d{1,18})\\s*(|B|KiB|MiB|GiB|TiB)");

  private Quantities() {}

  /** Reads {@code 30s} and the like, and ISO 8601 ({@code PT30S}). */
  static Duration parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    try {
      if (!matcher.matches()) {
        return Duration.parse(text);
      }
      long count = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(count);
        case "s" -> Duration.ofSeconds(count);
        case "m" -> Duration.ofMinutes(count);
        case "h" -> Duration.ofHours(count);
        default -> Duration.ofDays(count);
      };
    } catch (DateTimeParseException | ArithmeticException invalid) {
      throw new IllegalArgumentException(invalid);
    }
  }

  static String format(Duration duration) {
    if (duration.toMillisPart() != 0) {
      return duration.toMillis() + "ms";
    }
    long seconds = duration.toSeconds();
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    if (seconds % 3600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds / 3600 + "h";
  }

  static long parseBytes(String text) {
    Matcher matcher = BYTES.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException();
    }
    int shift =
        switch (matcher.group(2).toLowerCase(Locale.ROOT)) {
          case "kib" -> 10;
          case "mib" -> 20;
          case "gib" -> 30;
          case "tib" -> 40;
          default -> 0;
        };
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << shift);
    } catch (ArithmeticException overflow) {
      throw new IllegalArgumentException(overflow);
    }
  }

  static String formatBytes(long bytes) {
    String[] units = {"", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    long count = bytes;
    while (unit < units.length - 1 && count != 0 && count % 1024 == 0) {
      count /= 1024;
      unit++;
    }
    return count + units[unit];
  }
}
