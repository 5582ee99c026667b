package io.plateau.service.request;

import io.grpc.Context;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** How much time the current call's caller still waits. */
public final class RequestDeadline {
  // The server's deadline begins when the call arrives, the client's when it is sent. A client that
  // gives up resets the stream without saying why, so that it seems to cancel just before its time.
  private static final long SLACK_MILLIS = 100;

  private RequestDeadline() {}

  /** Time left, zero once it is over; empty where the caller set no deadline. */
  public static Optional<Duration> remaining() {
    Deadline deadline = Context.current().getDeadline();
    return deadline == null
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS))));
  }

  /** Whether the caller's time is over. */
  public static boolean expired() {
    Deadline deadline = Context.current().getDeadline();
    return deadline != null && deadline.isExpired();
  }

  /**
   * Whether a call that its client gave up now was most likely given up because its time is over.
   *
   * @param deadline of the call; null for none
   */
  public static boolean explainsCancellation(Deadline deadline) {
    return deadline != null && deadline.timeRemaining(TimeUnit.MILLISECONDS) <= SLACK_MILLIS;
  }

  /** Whether nobody waits for the current call's answer any more: cancelled, or out of time. */
  public static boolean abandoned() {
    return Context.current().isCancelled() || expired();
  }
}
