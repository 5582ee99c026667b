package io.plateau.core.curve;

/** Why measures of a plateau are absent. */
public enum Mark {
  /** The value at 0 is not above the value at 1: there is no drop to wait for. */
  DEGENERATE,
  /** The training failed: the error at theta1 is not below half of the reference. */
  FAILED_TRAINING,
  /** A value in [0, 1] is a NaN or an infinity. */
  NON_FINITE,
  /** The grid has no point at alpha 0. */
  LACKS_ALPHA_ZERO,
  /** The grid has no point at alpha 1. */
  LACKS_ALPHA_ONE,
  /** All samples are of one class: the error has no reference. */
  ONE_CLASS
}
