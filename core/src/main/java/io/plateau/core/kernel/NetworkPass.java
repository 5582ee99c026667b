package io.plateau.core.kernel;

import io.plateau.core.network.BiasMode;
import io.plateau.core.network.Layer;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.ParameterSpec;
import io.plateau.core.network.TensorShape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network run forward, and backward if it is to be trained, over batches of up to a number of
 * samples. Parameters and gradients are stretches of two flat buffers in the device's order.
 * Operations are bound once for each batch size; nothing is allocated while running.
 */
public final class NetworkPass implements AutoCloseable {
  private final Device device;
  private final NetworkSpec network;
  private final ParameterLayout layout;
  private final List<Stage> stages;
  private final int capacity;
  private final Tensor parameters;
  private final Tensor gradient;
  private final Map<Integer, Bound> bound = new HashMap<>();
  private final List<Tensor> owned = new ArrayList<>();
  private final Tensor input;
  private final List<Tensor> products = new ArrayList<>();
  private final List<List<Tensor>> stepOutputs = new ArrayList<>();
  private final Tensor[] gradients = new Tensor[2];

  /** What runs for one batch size. */
  private record Bound(
      List<Operation> forward, List<Operation> backward, Tensor logits, Tensor logitGradient) {}

  private NetworkPass(
      Device device, NetworkSpec network, int capacity, Tensor parameters, Tensor gradient) {
    this.device = device;
    this.network = network;
    this.layout = ParameterLayout.of(network);
    this.stages = Stage.of(network);
    this.capacity = capacity;
    this.parameters = parameters;
    this.gradient = gradient;
    this.input = own(capacity, network.input().size());
    long largest = network.input().size();
    for (Stage stage : stages) {
      Tensor product = own(capacity, stage.product().size());
      products.add(product);
      largest = Math.max(largest, stage.product().size());
      List<Tensor> outputs = new ArrayList<>();
      for (int i = 0; i < stage.steps().size(); i++) {
        // A first activation overwrites the product: its gradient follows from its output.
        boolean inPlace = i == 0 && stage.steps().get(i) instanceof Layer.Nonlinearity;
        outputs.add(inPlace ? product : own(capacity, stage.shapes().get(i).size()));
      }
      stepOutputs.add(outputs);
    }
    if (gradient != null) {
      gradients[0] = own(capacity, largest);
      gradients[1] = own(capacity, largest);
    }
  }

  /** Forward only. */
  public static NetworkPass forward(
      Device device, NetworkSpec network, int capacity, Tensor parameters) {
    return new NetworkPass(device, network, capacity, parameters, null);
  }

  /**
   * Forward and backward.
   *
   * @param gradient gets the gradient of every trained parameter; entries of frozen biases stay as
   *     they are
   */
  public static NetworkPass training(
      Device device, NetworkSpec network, int capacity, Tensor parameters, Tensor gradient) {
    return new NetworkPass(device, network, capacity, parameters, gradient);
  }

  /** Most samples of a batch. */
  public int capacity() {
    return capacity;
  }

  /**
   * Runs {@code count} samples forward.
   *
   * @param samples in the device's order, {@code count} times the size of the input
   * @param logits gets {@code count} times k values
   */
  public void forward(float[] samples, int count, double[] logits) {
    Bound pass = bound(count);
    device.upload(samples, 0, input.view(0, count, network.input().size()));
    pass.forward().forEach(Operation::run);
    device.download(pass.logits(), logits);
  }

  /**
   * Runs the batch of the last {@link #forward} backward.
   *
   * @param logitGradient gradient of the loss by the logits, {@code count} times k values
   */
  public void backward(double[] logitGradient, int count) {
    Bound pass = bound(count);
    device.upload(logitGradient, 0, pass.logitGradient());
    pass.backward().forEach(Operation::run);
  }

  @Override
  public void close() {
    owned.forEach(Tensor::close);
  }

  private Bound bound(int count) {
    return bound.computeIfAbsent(count, this::bind);
  }

  private Bound bind(int count) {
    List<Operation> forward = new ArrayList<>();
    List<Tensor> inputs = new ArrayList<>();
    Tensor values = input;
    for (Stage stage : stages) {
      inputs.add(values);
      values = bindForward(stage, count, values, forward);
    }
    Tensor logits = Stage.samples(values, TensorShape.of(network.classes()), count);
    List<Operation> backward = new ArrayList<>();
    Tensor logitGradient = null;
    if (gradient != null) {
      logitGradient = gradients[0].view(0, count, network.classes());
      int current = 0;
      for (int i = stages.size() - 1; i >= 0; i--) {
        current = bindBackward(stages.get(i), count, inputs.get(i), current, backward);
      }
    }
    return new Bound(forward, backward, logits, logitGradient);
  }

  private Tensor bindForward(Stage stage, int count, Tensor in, List<Operation> operations) {
    Tensor product = products.get(stage.depth() - 1);
    operations.add(stage.product(device, count, in, weight(stage, parameters), product));
    layout
        .bias(stage.depth())
        .ifPresent(
            bias -> {
              Tensor out = Stage.samples(product, stage.product(), count);
              operations.add(
                  device.addBias(out, view(bias, parameters, bias.shape().toLongArray()), out));
            });
    Tensor values = product;
    TensorShape shape = stage.product();
    for (int i = 0; i < stage.steps().size(); i++) {
      Tensor out = stepOutputs.get(stage.depth() - 1).get(i);
      Tensor before = Stage.samples(values, shape, count);
      shape = stage.shapes().get(i);
      Tensor after = Stage.samples(out, shape, count);
      if (stage.steps().get(i) instanceof Layer.Nonlinearity nonlinearity) {
        operations.add(device.activate(nonlinearity.activation(), before, after));
      } else if (stage.steps().get(i) instanceof Layer.MaxPool2d pool) {
        operations.add(device.maxPool2d(before, pool.kernel(), after));
      }
      values = out;
    }
    return values;
  }

  /**
   * Binds a stage whose output's gradient is in buffer {@code current}; returns the buffer of its
   * input's gradient.
   */
  private int bindBackward(
      Stage stage, int count, Tensor in, int current, List<Operation> operations) {
    List<Tensor> outputs = stepOutputs.get(stage.depth() - 1);
    for (int i = stage.steps().size() - 1; i >= 0; i--) {
      TensorShape before = i == 0 ? stage.product() : stage.shapes().get(i - 1);
      TensorShape after = stage.shapes().get(i);
      Tensor outGradient = Stage.samples(gradients[current], after, count);
      if (stage.steps().get(i) instanceof Layer.Nonlinearity nonlinearity) {
        operations.add(
            device.activationGradient(
                nonlinearity.activation(),
                Stage.samples(outputs.get(i), after, count),
                outGradient,
                outGradient));
      } else if (stage.steps().get(i) instanceof Layer.MaxPool2d pool) {
        Tensor values = i == 0 ? products.get(stage.depth() - 1) : outputs.get(i - 1);
        operations.add(
            device.maxPool2dGradient(
                Stage.samples(values, before, count),
                pool.kernel(),
                outGradient,
                Stage.samples(gradients[1 - current], before, count)));
        current = 1 - current;
      }
    }
    Tensor productGradient = Stage.samples(gradients[current], stage.product(), count);
    if (stage.layer().bias() == BiasMode.ZERO_INIT) {
      ParameterSpec bias = layout.bias(stage.depth()).orElseThrow();
      operations.add(
          device.biasGradient(productGradient, view(bias, gradient, bias.shape().toLongArray())));
    }
    Tensor weight = weight(stage, parameters);
    Tensor weightGradient = weight(stage, gradient);
    if (stage.layer() instanceof Layer.Conv2d convolution) {
      operations.add(
          device.conv2dGradient(
              Stage.samples(in, stage.input(), count),
              weight,
              convolution.padding(),
              productGradient,
              Stage.samples(gradients[1 - current], stage.input(), count),
              weightGradient));
    } else {
      Tensor rows = in.view(0, count, stage.input().size());
      operations.add(device.matmul(productGradient, true, rows, false, weightGradient));
      if (stage.depth() > 1) {
        operations.add(
            device.matmul(
                productGradient,
                false,
                weight,
                false,
                gradients[1 - current].view(0, count, stage.input().size())));
      }
    }
    return 1 - current;
  }

  private Tensor weight(Stage stage, Tensor flat) {
    return view(
        layout.weight(stage.depth()),
        flat,
        new ExecutionLayout(network).weightShape(stage.depth()));
  }

  private static Tensor view(ParameterSpec parameter, Tensor flat, long[] shape) {
    return flat.view(parameter.offset(), shape);
  }

  private Tensor own(long... shape) {
    Tensor tensor = device.allocate(shape);
    owned.add(tensor);
    return tensor;
  }
}
