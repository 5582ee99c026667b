package io.plateau.core.network;

/** What becomes of a layer's bias in training. */
public enum BiasMode {
  /** Starts at zero and is trained. */
  ZERO_INIT,
  /** The layer has no bias tensor. */
  NONE,
  /** Starts at zero and is never updated. */
  FROZEN
}
