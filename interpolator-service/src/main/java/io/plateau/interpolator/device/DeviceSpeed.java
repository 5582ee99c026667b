package io.plateau.interpolator.device;

import java.time.Duration;
import java.util.Optional;

/** How fast this server's device has been lately, from what it did. Thread-safe. */
public final class DeviceSpeed {
  private static final double WEIGHT_OF_LAST = 0.2;

  // Guarded by this.
  private double operationsPerSecond;

  /** Adds a measurement. */
  public synchronized void observe(double operations, double seconds) {
    if (!(operations > 0) || !(seconds > 0)) {
      return;
    }
    double rate = operations / seconds;
    operationsPerSecond =
        operationsPerSecond == 0
            ? rate
            : operationsPerSecond + WEIGHT_OF_LAST * (rate - operationsPerSecond);
  }

  /** The time that so much work will take; empty before anything was measured. */
  public synchronized Optional<Duration> timeOf(double operations) {
    if (operationsPerSecond == 0) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos((long) (1e9 * operations / operationsPerSecond)));
  }
}
