package io.plateau.service.metrics;

import java.util.Locale;

/** What a metric counts or shows. */
public enum MetricType {
  /** Only grows; its name ends in {@code _total}. */
  COUNTER,
  /** Goes up and down. */
  GAUGE,
  /** Distribution, with classic and native buckets. */
  HISTOGRAM;

  /** As Prometheus writes it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
