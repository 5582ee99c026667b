package io.plateau.service.request;

import io.grpc.Context;
import io.grpc.Metadata;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The name of one call in logs, errors and exemplars.
 *
 * @param value 1 to {@value #MAX_LENGTH} characters of {@code A-Z a-z 0-9 . _ : -}
 */
public record RequestId(String value) {
  /** Longest id that is accepted; it has to fit into an exemplar (128 characters with its name). */
  public static final int MAX_LENGTH = 64;

  /** Metadata that carries the id, from the caller and back to it. */
  public static final Metadata.Key<String> HEADER =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);

  /** Name of the id in the logging context. */
  public static final String LOG_FIELD = "request_id";

  static final Context.Key<RequestId> CONTEXT_KEY = Context.key("plateau-request-id");

  private static final Pattern WELL_FORMED =
      Pattern.compile("[A-Za-z0-9._:-]{1," + MAX_LENGTH + "}");

  public RequestId {
    if (!WELL_FORMED.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "A request id has 1 to " + MAX_LENGTH + " characters of A-Z a-z 0-9 . _ : -");
    }
  }

  /** A new, unique id. */
  public static RequestId generate() {
    return new RequestId(UUID.randomUUID().toString());
  }

  /** The caller's id if it sent a well-formed one; it goes into logs, so nothing else is let in. */
  public static Optional<RequestId> from(Metadata headers) {
    String value = headers.get(HEADER);
    return value != null && WELL_FORMED.matcher(value).matches()
        ? Optional.of(new RequestId(value))
        : Optional.empty();
  }

  /** The id of the call that the current thread works for. */
  public static Optional<RequestId> current() {
    return from(Context.current());
  }

  /** The id of the call that {@code context} belongs to. */
  public static Optional<RequestId> from(Context context) {
    return Optional.ofNullable(CONTEXT_KEY.get(context));
  }

  @Override
  public String toString() {
    return value;
  }
}
