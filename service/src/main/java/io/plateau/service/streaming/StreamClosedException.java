package io.plateau.service.streaming;

import static java.util.Objects.requireNonNull;

/**
 * Tells a producer to stop: nobody takes its messages any more. It is the normal end of a producer,
 * not a failure, and needs no answer to the client.
 */
public final class StreamClosedException extends RuntimeException {
  private final StreamEnd end;

  StreamClosedException(StreamEnd end) {
    super("The stream has ended: " + end, null, false, false);
    this.end = requireNonNull(end, "end");
  }

  public StreamEnd end() {
    return end;
  }
}
