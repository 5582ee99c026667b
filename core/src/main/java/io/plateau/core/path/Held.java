package io.plateau.core.path;

/** Where the tensors stay that a scheme does not move. */
public enum Held {
  /** At the first end. */
  INIT,
  /** At the second end. */
  FINAL,
  /** At zero. */
  ZERO;

  Mix mix() {
    return switch (this) {
      case INIT -> Mix.FROM;
      case FINAL -> Mix.TO;
      case ZERO -> Mix.ZERO;
    };
  }
}
