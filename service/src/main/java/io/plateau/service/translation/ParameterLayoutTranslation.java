package io.plateau.service.translation;

import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.ParameterSpec;
import io.plateau.core.network.Role;
import io.plateau.proto.common.v1.ParameterTensor;
import io.plateau.proto.common.v1.TensorRole;

/** Names, shapes and roles of a network's tensors. */
public final class ParameterLayoutTranslation {
  private ParameterLayoutTranslation() {}

  /** The tensors in the order in which they are stored. */
  public static io.plateau.proto.common.v1.ParameterLayout toProto(ParameterLayout layout) {
    io.plateau.proto.common.v1.ParameterLayout.Builder message =
        io.plateau.proto.common.v1.ParameterLayout.newBuilder()
            .setParameterCount(layout.size())
            .setBytes(layout.size() * (long) Float.BYTES);
    layout.parameters().forEach(parameter -> message.addTensors(toProto(parameter)));
    return message.build();
  }

  private static ParameterTensor toProto(ParameterSpec parameter) {
    ParameterTensor.Builder message =
        ParameterTensor.newBuilder()
            .setName(parameter.name())
            .setRole(toProto(parameter.role()))
            .setDepth(parameter.depth());
    parameter.shape().dimensions().forEach(dimension -> message.addShape(dimension));
    if (parameter.role() == Role.BIAS) {
      message.setBiasExponent(parameter.depth());
    }
    return message.build();
  }

  static TensorRole toProto(Role role) {
    return switch (role) {
      case WEIGHT -> TensorRole.TENSOR_ROLE_WEIGHT;
      case BIAS -> TensorRole.TENSOR_ROLE_BIAS;
      case NORM_SCALE -> TensorRole.TENSOR_ROLE_NORM_SCALE;
      case NORM_SHIFT -> TensorRole.TENSOR_ROLE_NORM_SHIFT;
      case NORM_MEAN -> TensorRole.TENSOR_ROLE_NORM_MEAN;
      case NORM_VARIANCE -> TensorRole.TENSOR_ROLE_NORM_VARIANCE;
    };
  }
}
