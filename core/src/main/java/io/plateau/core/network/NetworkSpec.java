package io.plateau.core.network;

import java.util.ArrayList;
import java.util.List;

/**
 * The single description of an architecture: what is trained and what is evaluated are both
 * compiled from it.
 *
 * @param input shape of one sample, [D] or [C, H, W]
 * @param classes number of classes k, 2 to 10,000
 * @param layers from the input to the logits; the last one is dense with k outputs
 */
public record NetworkSpec(TensorShape input, int classes, List<Layer> layers) {

  /** Largest width of a layer. */
  public static final int MAX_WIDTH = 65_536;

  /** Largest number of layers, those without parameters included. */
  public static final int MAX_LAYERS = 3_000;

  /** Largest number of classes. */
  public static final int MAX_CLASSES = 10_000;

  /** Largest number of parameters, what one flat array holds. */
  public static final long MAX_PARAMETERS = Integer.MAX_VALUE - 8L;

  /** Checks that shapes fit from the input to the logits. */
  public NetworkSpec {
    layers = List.copyOf(layers);
    if (input.rank() != 1 && input.rank() != 3) {
      throw new NetworkException("input", "has shape " + input + "; give [D] or [C, H, W]");
    }
    if (classes < 2 || classes > MAX_CLASSES) {
      throw new NetworkException("classes", classes + " is outside 2.." + MAX_CLASSES);
    }
    if (layers.isEmpty() || layers.size() > MAX_LAYERS) {
      throw new NetworkException(
          "layers", "has " + layers.size() + " entries; give 1 to " + MAX_LAYERS);
    }
    for (int i = 0; !(layers.get(i) instanceof Layer.Parameterized) && i < layers.size() - 1; i++) {
      if (!(layers.get(i) instanceof Layer.Flatten)) {
        throw new NetworkException(
            "layers[" + i + "]", "only flatten may stand before the first dense or conv2d layer");
      }
    }
    List<TensorShape> shapes = outputShapes(input, layers);
    int last = layers.size() - 1;
    if (!(layers.get(last) instanceof Layer.Dense head)) {
      throw new NetworkException(
          "layers[" + last + "]", "the last layer must be dense: its outputs are the logits");
    } else if (head.outputs() != classes) {
      throw new NetworkException(
          "layers[" + last + "].out", head.outputs() + " differs from the " + classes + " classes");
    }
    if (shapes.get(last).rank() != 1) {
      throw new NetworkException(
          "layers[" + last + "]", "logits have shape " + shapes.get(last) + "; give [classes]");
    }
    long parameters = 0;
    TensorShape before = input;
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i) instanceof Layer.Parameterized layer) {
        parameters += weightShape(layer, before).size() + (layer.hasBias() ? layer.outputs() : 0);
        if (parameters > MAX_PARAMETERS) {
          throw new NetworkException("layers", "hold more than " + MAX_PARAMETERS + " parameters");
        }
      }
      before = shapes.get(i);
    }
  }

  /** Number r of parameterized layers. */
  public int depth() {
    return (int) layers.stream().filter(Layer.Parameterized.class::isInstance).count();
  }

  /** Shape of one sample after each layer. */
  public List<TensorShape> outputShapes() {
    return outputShapes(input, layers);
  }

  /** The parameterized layers, h = 1 first. */
  public List<Layer.Parameterized> parameterizedLayers() {
    return layers.stream()
        .filter(Layer.Parameterized.class::isInstance)
        .map(Layer.Parameterized.class::cast)
        .toList();
  }

  /**
   * Whether f is positively homogeneous in weights and biases scaled by alpha^h: no tanh, no
   * normalization.
   */
  public boolean isHomogeneous() {
    return layers.stream()
        .noneMatch(
            layer ->
                layer instanceof Layer.Nonlinearity nonlinearity
                    && nonlinearity.activation() != Activation.RELU);
  }

  /**
   * Weight shape of a layer that takes samples of the given shape: [out, in] or [out, in, kernel,
   * kernel].
   */
  static TensorShape weightShape(Layer.Parameterized layer, TensorShape input) {
    if (layer instanceof Layer.Conv2d convolution) {
      return TensorShape.of(
          convolution.outputs(), input.dimension(0), convolution.kernel(), convolution.kernel());
    }
    return TensorShape.of(layer.outputs(), input.dimension(0));
  }

  private static List<TensorShape> outputShapes(TensorShape input, List<Layer> layers) {
    List<TensorShape> shapes = new ArrayList<>(layers.size());
    TensorShape shape = input;
    for (int i = 0; i < layers.size(); i++) {
      shape = outputShape(layers.get(i), shape, "layers[" + i + "]");
      shapes.add(shape);
    }
    return shapes;
  }

  private static TensorShape outputShape(Layer layer, TensorShape input, String field) {
    if (layer instanceof Layer.Dense dense) {
      if (input.rank() != 1) {
        throw new NetworkException(
            field, "dense takes [D] but gets " + input + "; put a flatten layer before it");
      }
      return TensorShape.of(dense.outputs());
    } else if (layer instanceof Layer.Conv2d convolution) {
      requireImage("conv2d", input, field);
      int height = input.dimension(1) + 2 * convolution.padding() - convolution.kernel() + 1;
      int width = input.dimension(2) + 2 * convolution.padding() - convolution.kernel() + 1;
      requireNotEmpty(height, width, input, field);
      return TensorShape.of(convolution.outputs(), height, width);
    } else if (layer instanceof Layer.MaxPool2d pool) {
      requireImage("max_pool2d", input, field);
      int height = input.dimension(1) / pool.kernel();
      int width = input.dimension(2) / pool.kernel();
      requireNotEmpty(height, width, input, field);
      return TensorShape.of(input.dimension(0), height, width);
    } else if (layer instanceof Layer.Flatten) {
      long size = input.size();
      if (size > Integer.MAX_VALUE) {
        throw new NetworkException(
            field, "flattens " + input + " into more than " + Integer.MAX_VALUE + " features");
      }
      return TensorShape.of((int) size);
    }
    return input;
  }

  private static void requireImage(String type, TensorShape input, String field) {
    if (input.rank() != 3) {
      throw new NetworkException(field, type + " takes [C, H, W] but gets " + input);
    }
  }

  private static void requireNotEmpty(int height, int width, TensorShape input, String field) {
    if (height < 1 || width < 1) {
      throw new NetworkException(field, "leaves nothing of an input of shape " + input);
    }
  }
}
