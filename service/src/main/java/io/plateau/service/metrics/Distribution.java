package io.plateau.service.metrics;

import io.plateau.service.request.RequestId;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Optional;

/**
 * A histogram whose values lead to the log: what is observed within a call carries the call's
 * request id as its exemplar.
 */
public final class Distribution {
  private final Histogram histogram;

  Distribution(Histogram histogram) {
    this.histogram = histogram;
  }

  /**
   * Adds a value.
   *
   * @param value in the metric's unit
   * @param labelValues in the order of the metric's labels
   */
  public void observe(double value, String... labelValues) {
    observe(value, RequestId.current(), labelValues);
  }

  /** Adds a value of a call that the current thread may not be working for. */
  public void observe(double value, Optional<RequestId> requestId, String... labelValues) {
    DistributionDataPoint series = series(labelValues);
    if (requestId.isPresent()) {
      series.observeWithExemplar(value, Labels.of(RequestId.LOG_FIELD, requestId.get().value()));
    } else {
      series.observe(value);
    }
  }

  /**
   * Adds the time from {@code startNanos} to now, in seconds.
   *
   * @param startNanos {@link System#nanoTime} at the beginning
   */
  public void observeSince(long startNanos, String... labelValues) {
    observe((System.nanoTime() - startNanos) / 1e9, labelValues);
  }

  /** Shows a series from now on, though nothing was observed. */
  public void begin(String... labelValues) {
    if (labelValues.length > 0) {
      histogram.initLabelValues(labelValues);
    }
  }

  private DistributionDataPoint series(String... labelValues) {
    return labelValues.length == 0 ? histogram : histogram.labelValues(labelValues);
  }
}
