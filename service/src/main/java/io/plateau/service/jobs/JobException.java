package io.plateau.service.jobs;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A refused request or write, with a reason that a program can act on. The service edge turns it
 * into a status; failures of the database itself are {@link
 * io.plateau.service.database.DatabaseException}.
 */
public final class JobException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What was refused. */
  public enum Reason {
    /** There is no such job of this kind. */
    NOT_FOUND,
    /** The request id was used before with other content. */
    REQUEST_ID_REUSED,
    /** The id asked for is another job's. */
    ID_TAKEN,
    /** As many jobs wait as may wait; {@link #retryAfter} says when to try again. */
    QUEUE_FULL,
    /** The job was changed since the caller read it. */
    ETAG_MISMATCH,
    /** The job's state does not allow this, for example deleting a running job. */
    STATE_CONFLICT,
    /** A value is outside of its limits; {@link #field} names it. */
    INVALID_ARGUMENT,
    /** The page token is not from a list with the same filter. */
    INVALID_PAGE_TOKEN,
    /** The handler emitted more than the limits allow. */
    TOO_MANY_EVENTS,
    /** More watchers than this process serves; {@link #retryAfter} says when to try again. */
    TOO_MANY_WATCHERS,
    /**
     * This worker may not write any more: its job moved to another, was deleted, or it was closed.
     */
    LEASE_LOST,
    /** Every attempt ended without progress and without an answer, as when it kills its process. */
    ATTEMPTS_EXHAUSTED
  }

  private final Reason reason;
  private final String field;
  private final Duration retryAfter;
  private final Map<String, String> details;

  private JobException(
      Reason reason,
      String field,
      String message,
      Duration retryAfter,
      Map<String, String> details) {
    super(message);
    this.reason = Objects.requireNonNull(reason, "reason");
    this.field = field;
    this.retryAfter = retryAfter;
    this.details = Map.copyOf(details);
  }

  static JobException of(Reason reason, String message, Map<String, String> details) {
    return new JobException(reason, "", message, null, details);
  }

  static JobException notFound(String kind, String id) {
    return of(Reason.NOT_FOUND, kind + " '" + id + "' does not exist", Map.of("id", id));
  }

  static JobException invalid(String field, String message) {
    return new JobException(
        Reason.INVALID_ARGUMENT, field, field + " " + message, null, Map.of("field", field));
  }

  static JobException full(
      Reason reason, String message, Duration retryAfter, Map<String, String> details) {
    return new JobException(reason, "", message, retryAfter, details);
  }

  /** What was refused. */
  public Reason reason() {
    return reason;
  }

  /** The request's field that is at fault, or empty. */
  public String field() {
    return field;
  }

  /** When a retry may help. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** The message's changing parts, by name. */
  public Map<String, String> details() {
    return details;
  }
}
