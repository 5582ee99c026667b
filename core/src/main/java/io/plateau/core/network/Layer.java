package io.plateau.core.network;

/**
 * One step of a network, from its input to its logits. Shapes are those of PyTorch: [D] or [C, H,
 * W] for a sample.
 */
public sealed interface Layer {

  /** A layer with a weight and perhaps a bias; these are numbered h = 1..r from the input. */
  sealed interface Parameterized extends Layer {
    /** Output features or channels, 1 to 65,536. */
    int outputs();

    /** What becomes of the bias in training. */
    BiasMode bias();

    /** How the weight is drawn. */
    Initializer initializer();

    /** Whether the layer has a bias tensor. */
    default boolean hasBias() {
      return bias() != BiasMode.NONE;
    }
  }

  /** y = x W^T + b with W of shape [out, in]. */
  record Dense(int outputs, BiasMode bias, Initializer initializer) implements Parameterized {
    /** Checks the width. */
    public Dense {
      requireRange("out", outputs, 1, NetworkSpec.MAX_WIDTH);
    }
  }

  /** Cross-correlation with stride 1 and zero padding; W has shape [out, in, kernel, kernel]. */
  record Conv2d(int outputs, int kernel, int padding, BiasMode bias, Initializer initializer)
      implements Parameterized {
    /** Checks channels, kernel and padding. */
    public Conv2d {
      requireRange("out", outputs, 1, NetworkSpec.MAX_WIDTH);
      requireRange("kernel", kernel, 1, 31);
      requireRange("padding", padding, 0, kernel - 1);
    }
  }

  /**
   * Maximum over windows of kernel x kernel with stride equal to the kernel; a remainder is cut
   * off.
   */
  record MaxPool2d(int kernel) implements Layer {
    /** Checks the kernel. */
    public MaxPool2d {
      requireRange("kernel", kernel, 1, 31);
    }
  }

  /** An elementwise non-linearity. */
  record Nonlinearity(Activation activation) implements Layer {}

  /** [C, H, W] to [C*H*W], row-major. */
  record Flatten() implements Layer {}

  private static void requireRange(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new NetworkException(field, value + " is outside " + least + ".." + most);
    }
  }
}
