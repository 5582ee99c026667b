package io.plateau.service.translation;

import io.plateau.core.kernel.Precision;

/** Numbers computed in. */
public final class PrecisionTranslation {
  private PrecisionTranslation() {}

  /** The precision; float32 by default. */
  public static Precision toCore(
      io.plateau.proto.common.v1.Precision precision, RequestField field) {
    return switch (precision) {
      case PRECISION_UNSPECIFIED, PRECISION_FLOAT32 -> Precision.FLOAT32;
      case PRECISION_FLOAT64 -> Precision.FLOAT64;
      case UNRECOGNIZED ->
          throw field.invalid("is unknown; give PRECISION_FLOAT32 or PRECISION_FLOAT64");
    };
  }

  /** The precision. */
  public static io.plateau.proto.common.v1.Precision toProto(Precision precision) {
    return switch (precision) {
      case FLOAT32 -> io.plateau.proto.common.v1.Precision.PRECISION_FLOAT32;
      case FLOAT64 -> io.plateau.proto.common.v1.Precision.PRECISION_FLOAT64;
    };
  }
}
