package io.plateau.core.dataset;

/** Which part of a source the samples are. */
public enum Split {
  /** The source's training samples. */
  TRAIN,
  /** The source's held-out samples. */
  TEST,
  /** Everything: the source is not split. */
  ALL
}
