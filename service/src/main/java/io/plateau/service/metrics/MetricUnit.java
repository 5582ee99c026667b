package io.plateau.service.metrics;

import java.util.Locale;

/** Base units; a metric's name ends in its unit ({@code _seconds}, {@code _bytes_total}). */
public enum MetricUnit {
  /** A plain number. */
  NONE,
  SECONDS,
  BYTES,
  /** From 0 to 1. */
  RATIO;

  String suffix() {
    return this == NONE ? "" : "_" + name().toLowerCase(Locale.ROOT);
  }
}
