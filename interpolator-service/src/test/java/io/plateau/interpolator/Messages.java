package io.plateau.interpolator;

import io.plateau.proto.common.v1.Scheme;
import java.util.function.Consumer;

/** Makes messages in one expression. */
public final class Messages {
  private Messages() {}

  /** A scheme. */
  public static Scheme scheme(Consumer<Scheme.Builder> kind) {
    Scheme.Builder scheme = Scheme.newBuilder();
    kind.accept(scheme);
    return scheme.build();
  }
}
