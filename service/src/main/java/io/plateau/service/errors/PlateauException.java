package io.plateau.service.errors;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one failure that services throw: a {@link Reason}, a message that says what to do, and what a
 * program needs to act on it. It is mapped to a gRPC status once, by {@link ErrorInterceptor}.
 */
public final class PlateauException extends RuntimeException {
  private final Reason reason;
  private final transient List<FieldViolation> fieldViolations;
  private final transient Map<String, String> metadata;
  private final Duration retryDelay;

  private PlateauException(Builder builder) {
    super(builder.message, builder.cause);
    this.reason = builder.reason;
    this.fieldViolations = List.copyOf(builder.fieldViolations);
    this.metadata = Map.copyOf(builder.metadata);
    this.retryDelay = builder.retryDelay;
  }

  /** A failure with no details. */
  public static PlateauException of(Reason reason, String message) {
    return builder(reason, message).build();
  }

  /** A {@link Reason#REQUEST_INVALID} failure of one field. */
  public static PlateauException invalid(String field, String description) {
    return builder(Reason.REQUEST_INVALID, field + ": " + description)
        .field(field, description)
        .build();
  }

  public static Builder builder(Reason reason, String message) {
    return new Builder(reason, message);
  }

  public Reason reason() {
    return reason;
  }

  /** The wrong fields, in the order found; empty where no field is to blame. */
  public List<FieldViolation> fieldViolations() {
    return fieldViolations;
  }

  /** The dynamic parts of the message, by name. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** How long to wait before the same request may succeed; empty where repeating it won't help. */
  public Optional<Duration> retryDelay() {
    return Optional.ofNullable(retryDelay);
  }

  /** Collects the parts of a {@link PlateauException}. */
  public static final class Builder {
    private final Reason reason;
    private final String message;
    private final List<FieldViolation> fieldViolations = new ArrayList<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private Duration retryDelay;
    private Throwable cause;

    private Builder(Reason reason, String message) {
      this.reason = requireNonNull(reason, "reason");
      this.message = requireNonNull(message, "message");
    }

    @CanIgnoreReturnValue
    public Builder field(String field, String description) {
      fieldViolations.add(new FieldViolation(field, description));
      return this;
    }

    /**
     * Adds a dynamic part of the message.
     *
     * @param key in snake case, as the contract names it for the reason: {@code limit}
     */
    @CanIgnoreReturnValue
    public Builder metadata(String key, Object value) {
      metadata.put(key, String.valueOf(value));
      return this;
    }

    @CanIgnoreReturnValue
    public Builder retryAfter(Duration delay) {
      retryDelay = requireNonNull(delay, "delay");
      return this;
    }

    /** The cause is logged where the reason is a defect; a caller never sees it. */
    @CanIgnoreReturnValue
    public Builder cause(Throwable cause) {
      this.cause = cause;
      return this;
    }

    public PlateauException build() {
      return new PlateauException(this);
    }
  }
}
