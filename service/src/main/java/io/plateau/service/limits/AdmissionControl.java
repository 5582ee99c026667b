package io.plateau.service.limits;

import static java.util.Objects.requireNonNull;

import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A fixed number of places. Who finds none left is refused at once, with a hint when to come back:
 * the mean time that a place was held lately, divided by the number of places.
 */
public final class AdmissionControl {
  private static final Duration SHORTEST_HINT = Duration.ofSeconds(1);
  private static final Duration LONGEST_HINT = Duration.ofMinutes(1);
  private static final double WEIGHT_OF_LAST = 0.1;

  private final String subject;
  private final long capacity;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private long held;
  private double meanSecondsToFreePlace;

  /**
   * @param subject what the places are for, as a plural in messages: {@code evaluations}, {@code
   *     alpha points}
   * @param capacity number of places, at least 1
   */
  public AdmissionControl(String subject, long capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, is " + capacity);
    }
    this.subject = requireNonNull(subject, "subject");
    this.capacity = capacity;
  }

  /** {@link #admit(long)} of one place. */
  public Permit admit() {
    return admit(1);
  }

  /**
   * Takes places, all or none.
   *
   * @param units number of places, at least 1
   * @throws PlateauException {@link Reason#QUEUE_FULL} with a retry delay where too few are free,
   *     {@link Reason#LIMIT_EXCEEDED} where there never will be that many
   */
  public Permit admit(long units) {
    if (units < 1) {
      throw new IllegalArgumentException("units must be at least 1, is " + units);
    }
    if (units > capacity) {
      throw PlateauException.builder(
              Reason.LIMIT_EXCEEDED,
              "Asks for "
                  + units
                  + " "
                  + subject
                  + ", the server takes "
                  + capacity
                  + " at a time; ask for less.")
          .metadata("limit", capacity)
          .metadata("actual", units)
          .build();
    }
    lock.lock();
    try {
      if (held + units > capacity) {
        throw full();
      }
      held += units;
    } finally {
      lock.unlock();
    }
    return new Permit(this, units);
  }

  /** Places taken now. */
  public long held() {
    lock.lock();
    try {
      return held;
    } finally {
      lock.unlock();
    }
  }

  /** Number of places. */
  public long capacity() {
    return capacity;
  }

  private PlateauException full() {
    Duration delay = retryDelay();
    return PlateauException.builder(
            Reason.QUEUE_FULL,
            "The server is busy: all "
                + capacity
                + " places for "
                + subject
                + " are taken. Try again in "
                + Math.max(1, delay.toSeconds())
                + " s.")
        .metadata("capacity", capacity)
        .metadata("held", held)
        .retryAfter(delay)
        .build();
  }

  private Duration retryDelay() {
    Duration estimate = Duration.ofMillis((long) (1000 * meanSecondsToFreePlace));
    if (estimate.compareTo(SHORTEST_HINT) < 0) {
      return SHORTEST_HINT;
    }
    return estimate.compareTo(LONGEST_HINT) > 0 ? LONGEST_HINT : estimate;
  }

  private void release(long units, double seconds) {
    lock.lock();
    try {
      held -= units;
      meanSecondsToFreePlace +=
          WEIGHT_OF_LAST * (seconds * units / capacity - meanSecondsToFreePlace);
    } finally {
      lock.unlock();
    }
  }

  /** Places taken; closing gives them back, closing again does nothing. */
  public static final class Permit implements AutoCloseable {
    private final AdmissionControl owner;
    private final long units;
    private final long startNanos = System.nanoTime();
    private final AtomicBoolean released = new AtomicBoolean();

    private Permit(AdmissionControl owner, long units) {
      this.owner = owner;
      this.units = units;
    }

    @Override
    public void close() {
      if (released.compareAndSet(false, true)) {
        owner.release(units, (System.nanoTime() - startNanos) / 1e9);
      }
    }
  }
}
