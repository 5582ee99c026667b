package io.plateau.service.metrics;

import java.util.regex.Pattern;

/**
 * A label of a metric. Its values come from a small set that is known beforehand: never a job, a
 * request or an alpha.
 *
 * @param name in snake case
 * @param values the values in words, for the documentation
 */
public record MetricLabel(String name, String values) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");

  public MetricLabel {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("Not a label: " + name);
    }
  }
}
