package io.plateau.core.network;

/** What a parameter tensor is for; the schemes move each role in its own way. */
public enum Role {
  /** Weight of a dense or convolution layer. */
  WEIGHT,
  /** Bias of a dense or convolution layer. */
  BIAS,
  /** Scale of a normalization layer; moves as a weight. */
  NORM_SCALE,
  /** Shift of a normalization layer; moves as a bias. */
  NORM_SHIFT,
  /** Running mean of a normalization layer. */
  NORM_MEAN,
  /** Running variance of a normalization layer. */
  NORM_VARIANCE
}
