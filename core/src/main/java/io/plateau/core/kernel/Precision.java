package io.plateau.core.kernel;

/** Floating-point format of a device's buffers and arithmetic. */
public enum Precision {
  /** 32 bits. */
  FLOAT32(Float.BYTES),
  /** 64 bits. */
  FLOAT64(Double.BYTES);

  private final int bytes;

  Precision(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes a value. */
  public int bytes() {
    return bytes;
  }
}
