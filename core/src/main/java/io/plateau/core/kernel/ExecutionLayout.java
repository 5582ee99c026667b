package io.plateau.core.kernel;

import io.plateau.core.network.Layer;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.ParameterSpec;
import io.plateau.core.network.TensorShape;
import java.util.List;

/**
 * Translates between PyTorch's order at the edge and the device's order inside: convolution weights
 * [out, in, kH, kW] become [kH, kW, in, out]; images [C, H, W] become [H, W, C], and with them the
 * columns of a dense layer behind a flatten. Offsets and sizes of the tensors in the flat vector
 * stay as they are.
 */
public final class ExecutionLayout {
  private final NetworkSpec network;
  private final ParameterLayout parameters;

  /** The translation for one network. */
  public ExecutionLayout(NetworkSpec network) {
    this.network = network;
    this.parameters = ParameterLayout.of(network);
  }

  /** The flat parameter vector in the device's order. */
  public float[] toDevice(float[] values) {
    return translate(values, true);
  }

  /** The flat parameter vector in PyTorch's order. */
  public float[] fromDevice(float[] values) {
    return translate(values, false);
  }

  /**
   * Samples [N, C, H, W] to [N, H, W, C], from one array into another; vectors are copied as they
   * are.
   */
  public void samplesToDevice(float[] samples, int count, float[] target) {
    TensorShape input = network.input();
    int size = Math.toIntExact(input.size());
    if (input.rank() == 1 || input.dimension(0) == 1) {
      System.arraycopy(samples, 0, target, 0, count * size);
      return;
    }
    int channels = input.dimension(0);
    int pixels = size / channels;
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < channels; c++) {
        for (int p = 0; p < pixels; p++) {
          target[n * size + p * channels + c] = samples[n * size + c * pixels + p];
        }
      }
    }
  }

  /** Shape of a layer's weight on the device: [out, in] or [kH, kW, in, out]. */
  public long[] weightShape(int depth) {
    TensorShape shape = parameters.weight(depth).shape();
    if (shape.rank() == 2) {
      return shape.toLongArray();
    }
    return new long[] {
      shape.dimension(2), shape.dimension(3), shape.dimension(1), shape.dimension(0)
    };
  }

  /** Shape of one sample on the device: [D] or [H, W, C]. */
  public static long[] sampleShape(TensorShape shape) {
    if (shape.rank() == 1) {
      return shape.toLongArray();
    }
    return new long[] {shape.dimension(1), shape.dimension(2), shape.dimension(0)};
  }

  private float[] translate(float[] source, boolean toDevice) {
    float[] target = source.clone();
    List<TensorShape> outputs = network.outputShapes();
    TensorShape before = network.input();
    TensorShape flattened = null;
    int depth = 0;
    for (int i = 0; i < outputs.size(); i++) {
      Layer layer = network.layers().get(i);
      if (layer instanceof Layer.Flatten) {
        flattened = before.rank() == 3 ? before : flattened;
      } else if (layer instanceof Layer.Parameterized) {
        ParameterSpec weight = parameters.weight(++depth);
        if (layer instanceof Layer.Conv2d) {
          TensorShape s = weight.shape();
          // [out, in, taps] to [taps, in, out]
          permute(
              source,
              target,
              weight.offset(),
              s.dimension(0),
              s.dimension(1),
              s.dimension(2) * s.dimension(3),
              toDevice);
        } else if (flattened != null) {
          // Columns [C, pixels] to [pixels, C], row by row.
          int channels = flattened.dimension(0);
          int pixels = flattened.dimension(1) * flattened.dimension(2);
          for (int row = 0; row < weight.shape().dimension(0); row++) {
            permute(
                source,
                target,
                weight.offset() + row * channels * pixels,
                channels,
                1,
                pixels,
                toDevice);
          }
        }
        flattened = null;
      }
      before = outputs.get(i);
    }
    return target;
  }

  private static void permute(
      float[] source,
      float[] target,
      int offset,
      int first,
      int middle,
      int last,
      boolean forward) {
    for (int a = 0; a < first; a++) {
      for (int b = 0; b < middle; b++) {
        for (int c = 0; c < last; c++) {
          int edge = offset + (a * middle + b) * last + c;
          int device = offset + (c * middle + b) * first + a;
          if (forward) {
            target[device] = source[edge];
          } else {
            target[edge] = source[device];
          }
        }
      }
    }
  }
}
