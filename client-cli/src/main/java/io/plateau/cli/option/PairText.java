package io.plateau.cli.option;

import io.plateau.cli.failure.CommandFailure;
import io.plateau.cli.failure.ExitCode;
import io.plateau.proto.common.v1.EndRef;

/**
 * Resource names as users write them: {@code pairs/mnist-1}, or shorter {@code mnist-1}; a pair may
 * also be a URI.
 */
public final class PairText {
  private PairText() {}

  /** The full name of a resource of a collection such as {@code pairs}. */
  public static String name(String collection, String text) {
    String prefix = collection + "/";
    String id = text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    if (!id.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "'"
              + text
              + "' is no name; give "
              + prefix
              + "ID or ID, with lower-case letters, digits and hyphens");
    }
    return prefix + id;
  }

  /** A pair of the catalogue or under a {@code file://} or {@code s3://} URI. */
  public static EndRef end(String text) {
    if (text.contains("://")) {
      return EndRef.newBuilder().setStored(EndRef.StoredPair.newBuilder().setUri(text)).build();
    }
    return EndRef.newBuilder()
        .setPair(EndRef.CataloguePair.newBuilder().setName(name("pairs", text)))
        .build();
  }
}
