package io.plateau.service.translation;

import io.plateau.core.network.BiasMode;

/** What a layer does with its biases. */
public final class BiasModeTranslation {
  private BiasModeTranslation() {}

  /**
   * The mode of one layer.
   *
   * @param network mode of the network, which a layer without one of its own has
   * @param last whether it is the last parameterized layer
   */
  static BiasMode toCore(
      io.plateau.proto.common.v1.BiasMode layer,
      RequestField field,
      io.plateau.proto.common.v1.BiasMode network,
      RequestField networkField,
      boolean last) {
    return switch (layer) {
      case BIAS_MODE_ZERO_INIT -> BiasMode.ZERO_INIT;
      case BIAS_MODE_NONE -> BiasMode.NONE;
      case BIAS_MODE_FROZEN -> BiasMode.FROZEN;
      case BIAS_MODE_UNSPECIFIED -> ofNetwork(network, networkField, last);
      case BIAS_MODE_NONE_IN_LAST_LAYER ->
          throw field.invalid("goes with a whole network only; give this layer BIAS_MODE_NONE");
      case UNRECOGNIZED -> throw unknown(field);
    };
  }

  /** The mode. */
  public static io.plateau.proto.common.v1.BiasMode toProto(BiasMode mode) {
    return switch (mode) {
      case ZERO_INIT -> io.plateau.proto.common.v1.BiasMode.BIAS_MODE_ZERO_INIT;
      case NONE -> io.plateau.proto.common.v1.BiasMode.BIAS_MODE_NONE;
      case FROZEN -> io.plateau.proto.common.v1.BiasMode.BIAS_MODE_FROZEN;
    };
  }

  private static BiasMode ofNetwork(
      io.plateau.proto.common.v1.BiasMode network, RequestField field, boolean last) {
    return switch (network) {
      case BIAS_MODE_UNSPECIFIED, BIAS_MODE_ZERO_INIT -> BiasMode.ZERO_INIT;
      case BIAS_MODE_NONE -> BiasMode.NONE;
      case BIAS_MODE_NONE_IN_LAST_LAYER -> last ? BiasMode.NONE : BiasMode.ZERO_INIT;
      case BIAS_MODE_FROZEN -> BiasMode.FROZEN;
      case UNRECOGNIZED -> throw unknown(field);
    };
  }

  private static RuntimeException unknown(RequestField field) {
    return field.invalid(
        "is unknown; give BIAS_MODE_ZERO_INIT, BIAS_MODE_NONE or BIAS_MODE_FROZEN");
  }
}
