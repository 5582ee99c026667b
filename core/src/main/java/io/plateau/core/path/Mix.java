package io.plateau.core.path;

/**
 * Coefficients of one tensor on a path: value = from theta0 + to theta1.
 *
 * @param from factor of the first end
 * @param to factor of the second end
 */
public record Mix(double from, double to) {
  /** The first end itself. */
  public static final Mix FROM = new Mix(1, 0);

  /** The second end itself. */
  public static final Mix TO = new Mix(0, 1);

  /** Removed. */
  public static final Mix ZERO = new Mix(0, 0);

  /** The straight line: (1 - t) theta0 + t theta1. */
  public static Mix linear(double t) {
    return new Mix(1 - t, t);
  }

  /** The mixed value of one entry. */
  public double of(double fromValue, double toValue) {
    // A coefficient of zero removes its end altogether: 0 times infinity must not make a NaN of the
    // other end.
    if (to == 0) {
      return from == 0 ? 0 : from * fromValue;
    }
    return from == 0 ? to * toValue : from * fromValue + to * toValue;
  }
}
