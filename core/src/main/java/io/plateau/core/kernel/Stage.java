package io.plateau.core.kernel;

import io.plateau.core.network.Layer;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.TensorShape;
import java.util.ArrayList;
import java.util.List;

/**
 * A parameterized layer with what follows it up to the next one: the unit in which networks are run
 * forward and backward.
 *
 * @param depth h = 1..r
 * @param layer the parameterized layer
 * @param input shape of a sample that enters, PyTorch's order
 * @param product shape of a sample behind the parameterized layer
 * @param steps what follows, flatten left out: in the device's order it changes nothing
 * @param shapes shape of a sample behind each step
 */
public record Stage(
    int depth,
    Layer.Parameterized layer,
    TensorShape input,
    TensorShape product,
    List<Layer> steps,
    List<TensorShape> shapes) {
  /** Copies the lists. */
  public Stage {
    steps = List.copyOf(steps);
    shapes = List.copyOf(shapes);
  }

  /** The stages of a network, h = 1 first. */
  public static List<Stage> of(NetworkSpec network) {
    List<TensorShape> outputs = network.outputShapes();
    List<Stage> stages = new ArrayList<>();
    int i = 0;
    TensorShape input = network.input();
    while (i < outputs.size()) {
      while (!(network.layers().get(i) instanceof Layer.Parameterized)) {
        input = outputs.get(i++);
      }
      Layer.Parameterized layer = (Layer.Parameterized) network.layers().get(i);
      TensorShape product = outputs.get(i++);
      List<Layer> steps = new ArrayList<>();
      List<TensorShape> shapes = new ArrayList<>();
      TensorShape shape = product;
      while (i < outputs.size() && !(network.layers().get(i) instanceof Layer.Parameterized)) {
        shape = outputs.get(i);
        if (!(network.layers().get(i) instanceof Layer.Flatten)) {
          steps.add(network.layers().get(i));
          shapes.add(shape);
        }
        i++;
      }
      stages.add(new Stage(stages.size() + 1, layer, input, product, steps, shapes));
      input = shape;
    }
    return stages;
  }

  /** Multiplications and additions of the product for one sample. */
  public long productFlops() {
    long inputs = input.size();
    if (layer instanceof Layer.Conv2d convolution) {
      inputs = (long) input.dimension(0) * convolution.kernel() * convolution.kernel();
    }
    return 2 * product.size() * inputs;
  }

  /** Largest number of values of a sample that this stage writes. */
  public long largestOutput() {
    return product.size();
  }

  /**
   * The product of {@code count} samples with a weight: {@code input} and {@code out} begin with
   * the samples.
   */
  public Operation product(Device device, int count, Tensor input, Tensor weight, Tensor out) {
    if (layer instanceof Layer.Conv2d convolution) {
      return device.conv2d(
          samples(input, this.input, count),
          weight,
          convolution.padding(),
          samples(out, product, count));
    }
    return device.matmul(
        input.view(0, count, this.input.size()),
        false,
        weight,
        true,
        out.view(0, count, product.size()));
  }

  /** A view of {@code count} samples of a shape at the beginning of a buffer. */
  public static Tensor samples(Tensor buffer, TensorShape shape, int count) {
    long[] sample = ExecutionLayout.sampleShape(shape);
    long[] batch = new long[sample.length + 1];
    batch[0] = count;
    System.arraycopy(sample, 0, batch, 1, sample.length);
    return buffer.view(0, batch);
  }
}
