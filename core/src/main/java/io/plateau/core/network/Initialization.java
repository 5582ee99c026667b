package io.plateau.core.network;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * Draws a network's initialization. The same network and seed give the same bits on every machine.
 */
public final class Initialization {
  private Initialization() {}

  /**
   * Weights as each layer's initializer says, one stream of random numbers a layer; biases zero.
   */
  public static Parameters draw(NetworkSpec network, long seed) {
    ParameterLayout layout = ParameterLayout.of(network);
    float[] values = new float[layout.size()];
    int depth = 0;
    for (Layer.Parameterized layer : network.parameterizedLayers()) {
      depth++;
      ParameterSpec weight = layout.weight(depth);
      long outputs = weight.shape().dimension(0);
      long fanIn = weight.size() / outputs;
      long receptiveField =
          layer instanceof Layer.Conv2d convolution
              ? (long) convolution.kernel() * convolution.kernel()
              : 1;
      double deviation = layer.initializer().standardDeviation(fanIn, outputs * receptiveField);
      // A stream of its own for each layer: a layer's draw does not depend on the widths of those
      // before it.
      UniformRandomProvider random = RandomStream.of(seed, "weights", depth);
      ZigguratSampler.NormalizedGaussian gaussian = ZigguratSampler.NormalizedGaussian.of(random);
      for (int i = 0; i < weight.size(); i++) {
        values[weight.offset() + i] = (float) (deviation * gaussian.sample());
      }
    }
    return Parameters.wrap(layout, values);
  }
}
