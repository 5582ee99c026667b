package io.plateau.core.curve.theory;

/** Who states a formula; shown with every number that comes from it. */
public enum Origin {
  /** Stated in "Plateau in Monotonic Linear Interpolation" (Wang, Wang, Zhou, Ge, ICLR 2023). */
  PAPER,
  /** Derived in this project; not a statement of the paper. */
  DERIVED
}
