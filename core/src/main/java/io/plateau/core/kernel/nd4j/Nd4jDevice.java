package io.plateau.core.kernel.nd4j;

import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.DeviceDescription;
import io.plateau.core.kernel.DeviceException;
import io.plateau.core.kernel.Operation;
import io.plateau.core.kernel.Precision;
import io.plateau.core.kernel.Tensor;
import io.plateau.core.network.Activation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The operations on ND4J's native library, asked in the way that reaches the machine's peak: custom
 * operations on row-major arrays with preallocated outputs, images in [N, H, W, C], elementwise
 * operations in place.
 */
public final class Nd4jDevice implements Device {
  private final Precision precision;
  private final DataType type;
  private final DeviceDescription description;
  private final Set<Nd4jTensor> buffers = Collections.newSetFromMap(new IdentityHashMap<>());
  private long allocatedBytes;

  private Nd4jDevice(Precision precision, DeviceDescription description) {
    this.precision = precision;
    this.type = precision == Precision.FLOAT32 ? DataType.FLOAT : DataType.DOUBLE;
    this.description = description;
  }

  /**
   * Opens the backend that this build holds.
   *
   * @throws DeviceException with UNSUPPORTED if the native library does not load here
   */
  public static Nd4jDevice open(Precision precision) {
    return new Nd4jDevice(precision, Nd4jEnvironment.describe());
  }

  @Override
  public DeviceDescription description() {
    return description;
  }

  @Override
  public Precision precision() {
    return precision;
  }

  @Override
  public synchronized long allocatedBytes() {
    return allocatedBytes;
  }

  @Override
  public synchronized Tensor allocate(long... shape) {
    try {
      Nd4jTensor tensor = new Nd4jTensor(this, Nd4j.create(type, shape, 'c'), true);
      buffers.add(tensor);
      allocatedBytes += tensor.size() * precision.bytes();
      return tensor;
    } catch (OutOfMemoryError e) {
      throw new DeviceException(
          DeviceException.Reason.OUT_OF_MEMORY,
          "the device has no room for a buffer of shape " + Arrays.toString(shape),
          e);
    }
  }

  @Override
  public void upload(float[] source, int offset, Tensor target) {
    int size = Math.toIntExact(target.size());
    if (precision == Precision.FLOAT32) {
      floats(target).put(source, offset, size);
    } else {
      DoubleBuffer buffer = doubles(target);
      for (int i = 0; i < size; i++) {
        buffer.put(i, source[offset + i]);
      }
    }
    written(target);
  }

  @Override
  public void upload(double[] source, int offset, Tensor target) {
    int size = Math.toIntExact(target.size());
    if (precision == Precision.FLOAT64) {
      doubles(target).put(source, offset, size);
    } else {
      FloatBuffer buffer = floats(target);
      for (int i = 0; i < size; i++) {
        buffer.put(i, (float) source[offset + i]);
      }
    }
    written(target);
  }

  @Override
  public void download(Tensor source, double[] target) {
    int size = Math.toIntExact(source.size());
    if (precision == Precision.FLOAT64) {
      doubles(source).get(target, 0, size);
    } else {
      FloatBuffer buffer = floats(source);
      for (int i = 0; i < size; i++) {
        target[i] = buffer.get(i);
      }
    }
  }

  @Override
  public void download(Tensor source, float[] target) {
    int size = Math.toIntExact(source.size());
    if (precision == Precision.FLOAT32) {
      floats(source).get(target, 0, size);
    } else {
      DoubleBuffer buffer = doubles(source);
      for (int i = 0; i < size; i++) {
        target[i] = (float) buffer.get(i);
      }
    }
  }

  @Override
  public void mix(double c0, Tensor t0, double c1, Tensor t1, Tensor out) {
    flat(t0).muli(c0, flat(out));
    axpy(c1, flat(t1), flat(out));
  }

  @Override
  public void scaleAdd(double factor, Tensor target, Tensor addend) {
    INDArray array = flat(target);
    array.muli(factor);
    axpy(1.0, flat(addend), array);
  }

  @Override
  public void add(double factor, Tensor addend, Tensor target) {
    axpy(factor, flat(addend), flat(target));
  }

  @Override
  public Operation matmul(
      Tensor left, boolean transposeLeft, Tensor right, boolean transposeRight, Tensor out) {
    return bind(
        DynamicCustomOp.builder("matmul")
            .addInputs(array(left), array(right))
            .addOutputs(array(out))
            .addIntegerArguments(transposeLeft ? 1 : 0, transposeRight ? 1 : 0, 0)
            .build());
  }

  @Override
  public Operation conv2d(Tensor input, Tensor weight, int padding, Tensor out) {
    return bind(
        DynamicCustomOp.builder("conv2d")
            .addInputs(array(input), array(weight))
            .addOutputs(array(out))
            .addIntegerArguments(convolutionArguments(weight, padding))
            .build());
  }

  @Override
  public Operation conv2dGradient(
      Tensor input,
      Tensor weight,
      int padding,
      Tensor outGradient,
      Tensor inputGradient,
      Tensor weightGradient) {
    return bind(
        DynamicCustomOp.builder("conv2d_bp")
            .addInputs(array(input), array(weight), array(outGradient))
            .addOutputs(array(inputGradient), array(weightGradient))
            .addIntegerArguments(convolutionArguments(weight, padding))
            .build());
  }

  @Override
  public Operation maxPool2d(Tensor input, int kernel, Tensor out) {
    return bind(
        DynamicCustomOp.builder("maxpool2d")
            .addInputs(array(input))
            .addOutputs(array(out))
            .addIntegerArguments(kernel, kernel, kernel, kernel, 0, 0, 1, 1, 0, 0, 1)
            .build());
  }

  @Override
  public Operation maxPool2dGradient(
      Tensor input, int kernel, Tensor outGradient, Tensor inputGradient) {
    return bind(
        DynamicCustomOp.builder("maxpool2d_bp")
            .addInputs(array(input), array(outGradient))
            .addOutputs(array(inputGradient))
            .addIntegerArguments(kernel, kernel, kernel, kernel, 0, 0, 1, 1, 0, 0, 1)
            .build());
  }

  @Override
  public Operation addBias(Tensor in, Tensor bias, Tensor out) {
    return bind(
        DynamicCustomOp.builder("biasadd")
            .addInputs(array(in), array(bias))
            .addOutputs(array(out))
            .addBooleanArguments(false)
            .build());
  }

  @Override
  public Operation biasGradient(Tensor outGradient, Tensor biasGradient) {
    long columns = biasGradient.size();
    long rows = outGradient.size() / columns;
    Nd4jTensor ones = (Nd4jTensor) allocate(1, rows);
    ones.array().assign(1.0);
    // A product with a row of ones runs at the speed of the BLAS, where a reduction over rows does
    // not.
    return matmul(
        ones, false, outGradient.view(0, rows, columns), false, biasGradient.view(0, 1, columns));
  }

  @Override
  public Operation activate(Activation activation, Tensor in, Tensor out) {
    return switch (activation) {
      case RELU ->
          bind(
              DynamicCustomOp.builder("relu")
                  .addInputs(array(in))
                  .addOutputs(array(out))
                  .addFloatingPointArguments(0.0)
                  .build());
      case TANH ->
          bind(DynamicCustomOp.builder("tanh").addInputs(array(in)).addOutputs(array(out)).build());
    };
  }

  @Override
  public Operation activationGradient(
      Activation activation, Tensor out, Tensor outGradient, Tensor inGradient) {
    return switch (activation) {
      // Where the output is positive so was the input: the output serves in the input's place.
      case RELU ->
          bind(
              DynamicCustomOp.builder("relu_bp")
                  .addInputs(array(out), array(outGradient))
                  .addOutputs(array(inGradient))
                  .addFloatingPointArguments(0.0)
                  .build());
      case TANH -> {
        INDArray square = ((Nd4jTensor) allocate(out.size())).array();
        INDArray y = flat(out);
        INDArray dy = flat(outGradient);
        INDArray dx = flat(inGradient);
        yield () -> {
          y.muli(y, square);
          square.rsubi(1.0);
          dy.muli(square, dx);
        };
      }
    };
  }

  @Override
  public synchronized void close() {
    for (Nd4jTensor tensor : List.copyOf(buffers)) {
      free(tensor);
    }
  }

  synchronized void free(Nd4jTensor tensor) {
    if (buffers.remove(tensor)) {
      allocatedBytes -= tensor.size() * precision.bytes();
      tensor.array().close();
    }
  }

  private static void axpy(double factor, INDArray addend, INDArray target) {
    Nd4j.getBlasWrapper().level1().axpy(target.length(), factor, addend, target);
  }

  private static Operation bind(DynamicCustomOp operation) {
    OpContext context = Nd4j.getExecutioner().buildContext();
    context.setInputArrays(operation.inputArguments());
    context.setOutputArrays(operation.outputArguments());
    context.setIArguments(operation.iArgs());
    context.setTArguments(operation.tArgs());
    context.setBArguments(operation.bArgs());
    return () -> {
      try {
        Nd4j.getExecutioner().exec(operation, context);
      } catch (RuntimeException e) {
        throw new DeviceException(
            DeviceException.Reason.FAILED, operation.opName() + " failed: " + e.getMessage(), e);
      }
    };
  }

  private static int[] convolutionArguments(Tensor weight, int padding) {
    long[] shape = weight.shape();
    return new int[] {(int) shape[0], (int) shape[1], 1, 1, padding, padding, 1, 1, 0, 1, 0};
  }

  private static INDArray array(Tensor tensor) {
    return ((Nd4jTensor) tensor).array();
  }

  private static INDArray flat(Tensor tensor) {
    return ((Nd4jTensor) tensor).flat();
  }

  private static FloatBuffer floats(Tensor tensor) {
    return hostBuffer(tensor).asFloatBuffer();
  }

  private static DoubleBuffer doubles(Tensor tensor) {
    return hostBuffer(tensor).asDoubleBuffer();
  }

  private static void written(Tensor tensor) {
    Nd4j.getAffinityManager().tagLocation(array(tensor), AffinityManager.Location.HOST);
  }

  private static ByteBuffer hostBuffer(Tensor tensor) {
    INDArray array = array(tensor);
    Nd4j.getAffinityManager().ensureLocation(array, AffinityManager.Location.HOST);
    // A view's data buffer points to where its parent begins.
    Pointer start = array.data().pointer().getPointer(array.offset());
    return start.capacity(array.length()).asByteBuffer().order(ByteOrder.nativeOrder());
  }
}
