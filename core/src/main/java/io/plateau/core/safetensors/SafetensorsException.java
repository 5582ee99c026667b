package io.plateau.core.safetensors;

/** A file that is not sound safetensors. The message says which file, where in it, and what. */
public final class SafetensorsException extends RuntimeException {

  /**
   * @param where the file, or whatever stands for it
   * @param problem what is wrong, and at which tensor or byte
   */
  public SafetensorsException(String where, String problem) {
    super(where + ": " + problem);
  }

  /** An error with its cause. */
  public SafetensorsException(String where, String problem, Throwable cause) {
    super(where + ": " + problem, cause);
  }
}
