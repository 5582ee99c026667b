package io.plateau.service.metrics;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Every metric of the product's own that a server exports, in the order of the documentation. */
public final class MetricCatalogue {
  private final Map<String, MetricDefinition> byName = new LinkedHashMap<>();

  private MetricCatalogue(Collection<MetricDefinition> definitions) {
    for (MetricDefinition definition : definitions) {
      if (byName.put(definition.name(), definition) != null) {
        throw new IllegalArgumentException("Defined twice: " + definition.name());
      }
    }
  }

  public static MetricCatalogue of(MetricDefinition... definitions) {
    return new MetricCatalogue(List.of(definitions));
  }

  /** This catalogue, then {@code other}. */
  public MetricCatalogue plus(MetricCatalogue other) {
    List<MetricDefinition> all =
        java.util.stream.Stream.concat(definitions().stream(), other.definitions().stream())
            .toList();
    return new MetricCatalogue(all);
  }

  public Collection<MetricDefinition> definitions() {
    return byName.values();
  }

  boolean contains(MetricDefinition definition) {
    return definition.equals(byName.get(definition.name()));
  }

  /** A Markdown table: name, type, labels with their values, meaning. */
  public String markdown() {
    return definitions().stream()
        .map(
            metric ->
                "| `"
                    + metric.name()
                    + "` | "
                    + metric.type()
                    + " | "
                    + metric.labels().stream()
                        .map(label -> "`" + label.name() + "`: " + label.values())
                        .collect(Collectors.joining("; "))
                    + " | "
                    + metric.help()
                    + " |\n")
        .collect(
            Collectors.joining(
                "", "| metric | type | labels | meaning |\n| --- | --- | --- | --- |\n", ""));
  }
}
