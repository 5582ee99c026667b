package io.plateau.core.curve;

/**
 * Points, options or quantities from which no curve or summary can be made. Names the field at
 * fault.
 */
public final class CurveException extends RuntimeException {
  private final String field;

  /**
   * @param field path of the field, such as {@code points[2].alpha}
   * @param problem what is wrong with it and what would be right
   */
  public CurveException(String field, String problem) {
    super(field + ": " + problem);
    this.field = field;
  }

  /** Path of the field at fault. */
  public String field() {
    return field;
  }
}
