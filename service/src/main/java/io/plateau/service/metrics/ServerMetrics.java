package io.plateau.service.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/**
 * The metrics of one server: a registry of its own, so that two servers in one process don't mix,
 * with the instruments of its catalogue and Micrometer's binders for the JVM and the process on it.
 */
public final class ServerMetrics implements AutoCloseable {
  private static final MetricDefinition BUILD =
      MetricDefinition.gauge(
          "plateau_build_info",
          MetricUnit.NONE,
          "Always 1; the labels say what runs.",
          new MetricLabel("server", "`trainer` or `interpolator`"),
          new MetricLabel("version", "version of Plateau"),
          new MetricLabel("java", "version of the Java runtime"));

  /** The metrics that every server has. */
  public static final MetricCatalogue CATALOGUE =
      MetricCatalogue.of(BUILD).plus(CallMetrics.CATALOGUE);

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, registry, Clock.SYSTEM);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final Instruments instruments;

  /**
   * @param server name of the server, {@code trainer} or {@code interpolator}
   * @param own the server's own metrics, in addition to {@link #CATALOGUE}
   */
  public ServerMetrics(String server, MetricCatalogue own) {
    instruments = new Instruments(CATALOGUE.plus(own), registry);
    BuildInformation build = BuildInformation.read();
    instruments.gauge(BUILD).labelValues(server, build.version(), build.java()).set(1);
    new ClassLoaderMetrics().bindTo(meters);
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    new FileDescriptorMetrics().bindTo(meters);
    new UptimeMetrics().bindTo(meters);
    garbageCollection.bindTo(meters);
  }

  /** Makes the product's own instruments. */
  public Instruments instruments() {
    return instruments;
  }

  /** For Micrometer's binders: executors, pools, caches. */
  public MeterRegistry meters() {
    return meters;
  }

  /** What is scraped. */
  public PrometheusRegistry registry() {
    return registry;
  }

  @Override
  public void close() {
    garbageCollection.close();
    meters.close();
  }
}
