package io.plateau.service.database;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The database's time, carried forward by this process's monotonic clock.
 *
 * <p>All replicas read the same clock this way, and setting a machine's clock doesn't make live
 * workers look dead. Times have microseconds, which is what both databases keep.
 */
final class SteadyClock implements InstantSource {
  private record Base(Instant instant, long nanoTime) {}

  private final AtomicReference<Base> base;

  SteadyClock(Instant databaseTime) {
    this.base = new AtomicReference<>(new Base(databaseTime, System.nanoTime()));
  }

  void set(Instant databaseTime) {
    base.set(new Base(databaseTime, System.nanoTime()));
  }

  @Override
  public Instant instant() {
    Base current = base.get();
    return current
        .instant()
        .plus(Duration.ofNanos(System.nanoTime() - current.nanoTime()))
        .truncatedTo(ChronoUnit.MICROS);
  }
}
