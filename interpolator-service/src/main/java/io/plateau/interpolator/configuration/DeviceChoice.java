package io.plateau.interpolator.configuration;

/** Which kind of device an operator wants. */
public enum DeviceChoice {
  /** What this build and machine have. */
  AUTO,
  /** The host's processor. */
  CPU,
  /** An NVIDIA GPU. */
  CUDA
}
