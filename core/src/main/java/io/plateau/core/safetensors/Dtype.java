package io.plateau.core.safetensors;

/** The element types read; {@link #F32} is the one written. */
public enum Dtype {
  /** IEEE 754 double precision. */
  F64(8),
  /** IEEE 754 single precision. */
  F32(4),
  /** IEEE 754 half precision. */
  F16(2),
  /** The upper half of single precision. */
  BF16(2),
  /** Signed, 8 bytes. */
  I64(8),
  /** Signed, 4 bytes. */
  I32(4),
  /** Signed, 2 bytes. */
  I16(2),
  /** Signed, 1 byte. */
  I8(1),
  /** Unsigned, 1 byte. */
  U8(1);

  private final int bytes;

  Dtype(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes an element. */
  public int bytes() {
    return bytes;
  }

  /** Whether elements are floating-point numbers. */
  public boolean isFloatingPoint() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }
}
