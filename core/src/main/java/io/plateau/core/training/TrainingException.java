package io.plateau.core.training;

/** A training that can't be done as asked. Names the field at fault. */
public final class TrainingException extends RuntimeException {
  private final String field;

  /**
   * An error in a training's plan.
   *
   * @param field path of the field
   * @param problem what is wrong with it and what would be right
   */
  public TrainingException(String field, String problem) {
    super(field + ": " + problem);
    this.field = field;
  }

  /** Path of the field at fault. */
  public String field() {
    return field;
  }
}
