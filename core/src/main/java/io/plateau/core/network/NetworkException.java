package io.plateau.core.network;

/** A network description that can't be built. Names the field at fault. */
public final class NetworkException extends RuntimeException {
  private final String field;

  /**
   * @param field path of the field, such as {@code layers[2].out}
   * @param problem what is wrong with it and what would be right
   */
  public NetworkException(String field, String problem) {
    super(field + ": " + problem);
    this.field = field;
  }

  /** Path of the field at fault. */
  public String field() {
    return field;
  }
}
