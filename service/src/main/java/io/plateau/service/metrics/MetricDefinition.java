package io.plateau.service.metrics;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.regex.Pattern;

/**
 * One metric, as it is scraped and documented.
 *
 * @param name as in a scrape: snake case, with the unit, and {@code _total} for counters
 * @param labels in the order of the values given to the instrument
 * @param help one sentence
 * @param buckets upper bounds of a histogram's classic buckets, increasing; empty for other types
 */
public record MetricDefinition(
    String name,
    MetricType type,
    MetricUnit unit,
    List<MetricLabel> labels,
    String help,
    List<Double> buckets) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*(_[a-z0-9]+)*");
  private static final String TOTAL = "_total";

  public MetricDefinition {
    requireNonNull(help, "help");
    labels = List.copyOf(labels);
    buckets = List.copyOf(buckets);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("Not a metric's name: " + name);
    }
    if (name.endsWith(TOTAL) != (type == MetricType.COUNTER)) {
      throw new IllegalArgumentException("Counters, and only they, end in _total: " + name);
    }
    if (!baseName(name).endsWith(unit.suffix())) {
      throw new IllegalArgumentException(name + " does not end in its unit " + unit);
    }
    if (buckets.isEmpty() == (type == MetricType.HISTOGRAM)) {
      throw new IllegalArgumentException("Histograms, and only they, have buckets: " + name);
    }
  }

  public static MetricDefinition counter(
      String name, MetricUnit unit, String help, MetricLabel... labels) {
    return new MetricDefinition(name, MetricType.COUNTER, unit, List.of(labels), help, List.of());
  }

  public static MetricDefinition gauge(
      String name, MetricUnit unit, String help, MetricLabel... labels) {
    return new MetricDefinition(name, MetricType.GAUGE, unit, List.of(labels), help, List.of());
  }

  public static MetricDefinition histogram(
      String name, MetricUnit unit, String help, List<Double> buckets, MetricLabel... labels) {
    return new MetricDefinition(name, MetricType.HISTOGRAM, unit, List.of(labels), help, buckets);
  }

  /** Names of the labels. */
  public List<String> labelNames() {
    return labels.stream().map(MetricLabel::name).toList();
  }

  private static String baseName(String name) {
    return name.endsWith(TOTAL) ? name.substring(0, name.length() - TOTAL.length()) : name;
  }
}
