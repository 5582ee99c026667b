package io.plateau.core.training;

import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.Tensor;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.ParameterSpec;
import io.plateau.core.network.Role;

/** Takes the steps of {@link Sgd} over the flat buffers of parameters, gradient and velocity. */
final class Optimizer {
  private final Device device;
  private final Sgd sgd;
  private final ParameterLayout layout;

  Optimizer(Device device, Sgd sgd, ParameterLayout layout) {
    this.device = device;
    this.sgd = sgd;
    this.layout = layout;
  }

  /** One step; the gradient is used up. */
  void step(double rate, Tensor parameters, Tensor gradient, Tensor velocity) {
    decay(parameters, gradient);
    if (sgd.momentum() == 0) {
      device.add(-rate, gradient, parameters);
      return;
    }
    device.scaleAdd(sgd.momentum(), velocity, gradient);
    if (sgd.nesterov()) {
      device.add(sgd.momentum(), velocity, gradient);
      device.add(-rate, gradient, parameters);
    } else {
      device.add(-rate, velocity, parameters);
    }
  }

  private void decay(Tensor parameters, Tensor gradient) {
    if (sgd.weightDecay() == 0) {
      return;
    }
    if (sgd.decayBiases()) {
      device.add(sgd.weightDecay(), parameters, gradient);
      return;
    }
    for (ParameterSpec parameter : layout.parameters()) {
      if (parameter.role() == Role.WEIGHT) {
        device.add(
            sgd.weightDecay(),
            parameters.view(parameter.offset(), parameter.size()),
            gradient.view(parameter.offset(), parameter.size()));
      }
    }
  }
}
