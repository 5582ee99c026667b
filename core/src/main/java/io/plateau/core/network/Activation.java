package io.plateau.core.network;

/** An elementwise non-linearity. */
public enum Activation {
  /** max(x, 0). Positively homogeneous. */
  RELU,
  /** Hyperbolic tangent. */
  TANH
}
