package io.plateau.core.kernel;

import io.plateau.core.network.Activation;

/**
 * Buffers and operations of one device, in one precision. Images are held as [N, H, W, C] and
 * convolution weights as [kernel, kernel, in, out]; {@link ExecutionLayout} translates from
 * PyTorch's order. Not safe for concurrent use.
 */
public interface Device extends AutoCloseable {

  /** What computes. */
  DeviceDescription description();

  /** Format of buffers and arithmetic. */
  Precision precision();

  /** Bytes of the buffers that are allocated and not closed. */
  long allocatedBytes();

  /**
   * A buffer of zeros.
   *
   * @throws DeviceException with OUT_OF_MEMORY
   */
  Tensor allocate(long... shape);

  /** Copies {@code target.size()} values from {@code offset}. */
  void upload(float[] source, int offset, Tensor target);

  /** Copies {@code target.size()} values from {@code offset}, rounded to the device's precision. */
  void upload(double[] source, int offset, Tensor target);

  /** Copies all values of a buffer. */
  void download(Tensor source, double[] target);

  /** Copies all values of a buffer, rounded to float32. */
  void download(Tensor source, float[] target);

  /** out = c0 t0 + c1 t1, elementwise. */
  void mix(double c0, Tensor t0, double c1, Tensor t1, Tensor out);

  /** target = factor target + addend, elementwise. */
  void scaleAdd(double factor, Tensor target, Tensor addend);

  /** target = target + factor addend, elementwise. */
  void add(double factor, Tensor addend, Tensor target);

  /** out = left right for matrices, either transposed first. */
  Operation matmul(
      Tensor left, boolean transposeLeft, Tensor right, boolean transposeRight, Tensor out);

  /** Cross-correlation, stride 1: [N, H, W, in] with [kernel, kernel, in, out]. */
  Operation conv2d(Tensor input, Tensor weight, int padding, Tensor out);

  /** Gradients of {@link #conv2d} by its input and its weight. */
  Operation conv2dGradient(
      Tensor input,
      Tensor weight,
      int padding,
      Tensor outGradient,
      Tensor inputGradient,
      Tensor weightGradient);

  /** Maximum over windows, stride = kernel: [N, H, W, C]. */
  Operation maxPool2d(Tensor input, int kernel, Tensor out);

  /** Gradient of {@link #maxPool2d} by its input. */
  Operation maxPool2dGradient(Tensor input, int kernel, Tensor outGradient, Tensor inputGradient);

  /** out = in + bias along the last axis; {@code out} may be {@code in}. */
  Operation addBias(Tensor in, Tensor bias, Tensor out);

  /** bias gradient = sum of a gradient over all but the last axis. */
  Operation biasGradient(Tensor outGradient, Tensor biasGradient);

  /** out = activation(in); {@code out} may be {@code in}. */
  Operation activate(Activation activation, Tensor in, Tensor out);

  /**
   * Gradient by the input of an activation from its output; {@code inGradient} may be {@code
   * outGradient}.
   */
  Operation activationGradient(
      Activation activation, Tensor out, Tensor outGradient, Tensor inGradient);

  /** Frees every buffer of this device. */
  @Override
  void close();
}
