package io.plateau.service.metrics;

import static java.util.Objects.requireNonNull;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes the instruments of a catalogue, each once, on one registry. Asking for a metric that is not
 * in the catalogue is an error: what isn't documented can't be exported.
 */
public final class Instruments {
  private final MetricCatalogue catalogue;
  private final PrometheusRegistry registry;
  // Guarded by this.
  private final Map<String, Object> made = new HashMap<>();
  private final Set<String> callbacks = new HashSet<>();

  public Instruments(MetricCatalogue catalogue, PrometheusRegistry registry) {
    this.catalogue = requireNonNull(catalogue, "catalogue");
    this.registry = requireNonNull(registry, "registry");
  }

  public MetricCatalogue catalogue() {
    return catalogue;
  }

  /** The counter of that definition. */
  public synchronized Counter counter(MetricDefinition definition) {
    require(definition, MetricType.COUNTER);
    return (Counter)
        made.computeIfAbsent(
            definition.name(),
            name -> {
              Counter.Builder builder =
                  Counter.builder()
                      .name(name)
                      .help(definition.help())
                      .labelNames(labelNames(definition));
              unit(definition, builder::unit);
              return builder.register(registry);
            });
  }

  /** The gauge of that definition, to be set by whoever changes the value. */
  public synchronized Gauge gauge(MetricDefinition definition) {
    require(definition, MetricType.GAUGE);
    if (callbacks.contains(definition.name())) {
      throw new IllegalArgumentException(definition.name() + " is read by a callback already");
    }
    return (Gauge)
        made.computeIfAbsent(
            definition.name(),
            name -> {
              Gauge.Builder builder =
                  Gauge.builder()
                      .name(name)
                      .help(definition.help())
                      .labelNames(labelNames(definition));
              unit(definition, builder::unit);
              return builder.register(registry);
            });
  }

  /**
   * A gauge that is read at each scrape.
   *
   * @param read calls back with a value and its label values, once per series; must be quick
   */
  public synchronized void gauge(
      MetricDefinition definition, Consumer<GaugeWithCallback.Callback> read) {
    require(definition, MetricType.GAUGE);
    if (made.containsKey(definition.name()) || !callbacks.add(definition.name())) {
      throw new IllegalArgumentException(definition.name() + " is made already");
    }
    GaugeWithCallback.Builder builder =
        GaugeWithCallback.builder()
            .name(definition.name())
            .help(definition.help())
            .labelNames(labelNames(definition))
            .callback(read);
    unit(definition, builder::unit);
    GaugeWithCallback unused = builder.register(registry);
  }

  /** The histogram of that definition, with classic and native buckets. */
  public synchronized Distribution distribution(MetricDefinition definition) {
    require(definition, MetricType.HISTOGRAM);
    return (Distribution)
        made.computeIfAbsent(
            definition.name(),
            name -> {
              Histogram.Builder builder =
                  Histogram.builder()
                      .name(name)
                      .help(definition.help())
                      .labelNames(labelNames(definition))
                      .classicUpperBounds(
                          definition.buckets().stream().mapToDouble(Double::doubleValue).toArray());
              unit(definition, builder::unit);
              return new Distribution(builder.register(registry));
            });
  }

  private void require(MetricDefinition definition, MetricType type) {
    if (!catalogue.contains(definition)) {
      throw new IllegalArgumentException(definition.name() + " is not in the catalogue");
    }
    if (definition.type() != type) {
      throw new IllegalArgumentException(definition.name() + " is a " + definition.type());
    }
  }

  private static String[] labelNames(MetricDefinition definition) {
    return definition.labelNames().toArray(String[]::new);
  }

  private static void unit(MetricDefinition definition, Consumer<Unit> set) {
    switch (definition.unit()) {
      case SECONDS -> set.accept(Unit.SECONDS);
      case BYTES -> set.accept(Unit.BYTES);
      case RATIO -> set.accept(Unit.RATIO);
      case NONE -> {}
    }
  }
}
