package io.plateau.core.network;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The preset {@code fcn}: dense layers with one activation between them. */
public final class FullyConnected {
  private FullyConnected() {}

  /**
   * A network of r dense layers, the first r - 1 of the same width.
   *
   * @param input number of features
   * @param classes number of classes
   * @param depth r, 1 to 1,000
   * @param width of every hidden layer
   */
  public static NetworkSpec of(
      int input,
      int classes,
      int depth,
      int width,
      Activation activation,
      BiasMode bias,
      Initializer initializer) {
    if (depth < 1 || depth > 1_000) {
      throw new NetworkException("depth", depth + " is outside 1..1000");
    }
    return of(
        input, classes, Collections.nCopies(depth - 1, width), activation, bias, bias, initializer);
  }

  /**
   * A network with the given hidden widths.
   *
   * @param lastBias bias mode of the output layer, {@code bias} that of the others
   */
  public static NetworkSpec of(
      int input,
      int classes,
      List<Integer> widths,
      Activation activation,
      BiasMode bias,
      BiasMode lastBias,
      Initializer initializer) {
    List<Layer> layers = new ArrayList<>();
    for (int width : widths) {
      layers.add(new Layer.Dense(width, bias, initializer));
      layers.add(new Layer.Nonlinearity(activation));
    }
    layers.add(new Layer.Dense(classes, lastBias, initializer));
    return new NetworkSpec(TensorShape.of(input), classes, layers);
  }
}
