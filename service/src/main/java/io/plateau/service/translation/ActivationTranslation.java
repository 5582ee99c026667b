package io.plateau.service.translation;

import io.plateau.core.network.Activation;
import io.plateau.proto.common.v1.Activation.Relu;
import io.plateau.proto.common.v1.Activation.Tanh;
import java.util.Optional;

/** Elementwise functions. */
public final class ActivationTranslation {
  private static final String SUPPORTED = "give relu, tanh or identity";

  private ActivationTranslation() {}

  /** The function; empty for the identity, which core has no layer for. */
  public static Optional<Activation> toCore(
      io.plateau.proto.common.v1.Activation activation, RequestField field) {
    return switch (activation.getKindCase()) {
      case RELU -> Optional.of(Activation.RELU);
      case TANH -> Optional.of(Activation.TANH);
      case IDENTITY -> Optional.empty();
      case SIGMOID -> throw field.child("sigmoid").unsupported("sigmoid", SUPPORTED);
      case LEAKY_RELU -> throw field.child("leaky_relu").unsupported("leaky ReLU", SUPPORTED);
      case KIND_NOT_SET -> throw field.invalid("names no function; " + SUPPORTED);
    };
  }

  /** The function. */
  public static io.plateau.proto.common.v1.Activation toProto(Activation activation) {
    io.plateau.proto.common.v1.Activation.Builder message =
        io.plateau.proto.common.v1.Activation.newBuilder();
    return switch (activation) {
      case RELU -> message.setRelu(Relu.getDefaultInstance()).build();
      case TANH -> message.setTanh(Tanh.getDefaultInstance()).build();
    };
  }
}
