package io.plateau.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plateau.core.kernel.nd4j.Nd4jDevice;
import io.plateau.core.network.Activation;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each operation against the arithmetic written out. */
class DeviceTest {

  @ParameterizedTest
  @EnumSource
  void viewsReadAndWriteTheirStretch(Precision precision) {
    try (Device device = Nd4jDevice.open(precision)) {
      Tensor flat = tensor(device, new double[] {0, 1, 2, 3, 4, 5, 6, 7}, 8);
      Tensor view = flat.view(2, 2, 2);
      assertThat(values(device, view)).containsExactly(2, 3, 4, 5);
      device.upload(new double[] {9, 20, 30, 40, 50, 9}, 1, view);
      assertThat(values(device, flat)).containsExactly(0, 1, 20, 30, 40, 50, 6, 7);
      Tensor nested = view.view(2, 2);
      assertThat(values(device, nested)).containsExactly(40, 50);
      device.add(1.0, tensor(device, new double[] {1, 2}, 2), nested);
      assertThat(values(device, flat)).containsExactly(0, 1, 20, 30, 41, 52, 6, 7);
    }
  }

  @ParameterizedTest
  @EnumSource
  void mixScaleAndAdd(Precision precision) {
    try (Device device = Nd4jDevice.open(precision)) {
      Tensor a = tensor(device, new double[] {1, 2, 3}, 3);
      Tensor b = tensor(device, new double[] {10, 20, 30}, 3);
      Tensor out = device.allocate(3);
      device.mix(0.5, a, 2.0, b, out);
      assertThat(values(device, out)).containsExactly(20.5, 41, 61.5);
      device.scaleAdd(0.5, a, b);
      assertThat(values(device, a)).containsExactly(10.5, 21, 31.5);
      device.add(-0.5, b, a);
      assertThat(values(device, a)).containsExactly(5.5, 11, 16.5);
    }
  }

  @ParameterizedTest
  @EnumSource
  void matmulOnViewsWithEachTransposition(Precision precision) {
    try (Device device = Nd4jDevice.open(precision)) {
      double[] left = ramp(6);
      double[] right = ramp(12);
      Tensor padded = tensor(device, concat(new double[] {7}, left), 7);
      Tensor out = device.allocate(2, 4);
      for (boolean transposeLeft : new boolean[] {false, true}) {
        for (boolean transposeRight : new boolean[] {false, true}) {
          Tensor l = transposeLeft ? padded.view(1, 3, 2) : padded.view(1, 2, 3);
          Tensor r = transposeRight ? tensor(device, right, 4, 3) : tensor(device, right, 3, 4);
          device.matmul(l, transposeLeft, r, transposeRight, out).run();
          double[] expected = new double[8];
          for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 4; j++) {
              for (int k = 0; k < 3; k++) {
                expected[i * 4 + j] +=
                    left[transposeLeft ? k * 2 + i : i * 3 + k]
                        * right[transposeRight ? j * 3 + k : k * 4 + j];
              }
            }
          }
          assertClose(values(device, out), expected, precision);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void biasAndActivationsForwardAndBackward(Precision precision) {
    try (Device device = Nd4jDevice.open(precision)) {
      Tensor x = tensor(device, new double[] {-1, 2, 3, -4, 0.5, -0.25}, 3, 2);
      device.addBias(x, tensor(device, new double[] {0.5, -1}, 2), x).run();
      assertThat(values(device, x)).containsExactly(-0.5, 1, 3.5, -5, 1, -1.25);
      Tensor gradient = tensor(device, new double[] {1, 2, 3, 4, 5, 6}, 3, 2);
      Tensor biasGradient = device.allocate(2);
      device.biasGradient(gradient, biasGradient).run();
      assertThat(values(device, biasGradient)).containsExactly(9, 12);
      Tensor tanh = device.allocate(3, 2);
      device.activate(Activation.TANH, x, tanh).run();
      assertClose(
          values(device, tanh),
          Arrays.stream(values(device, x)).map(Math::tanh).toArray(),
          precision);
      Tensor in = device.allocate(3, 2);
      device.activationGradient(Activation.TANH, tanh, gradient, in).run();
      double[] y = values(device, tanh);
      double[] expected = new double[6];
      for (int i = 0; i < 6; i++) {
        expected[i] = (i + 1) * (1 - y[i] * y[i]);
      }
      assertClose(values(device, in), expected, precision);
      device.activate(Activation.RELU, x, x).run();
      assertThat(values(device, x)).containsExactly(0, 1, 3.5, 0, 1, 0);
      device.activationGradient(Activation.RELU, x, gradient, gradient).run();
      assertThat(values(device, gradient)).containsExactly(0, 2, 3, 0, 5, 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void convolutionAndPoolWithGradients(Precision precision) {
    try (Device device = Nd4jDevice.open(precision)) {
      int n = 2, size = 4, in = 2, out = 3, kernel = 3, padding = 1;
      double[] x = ramp(n * size * size * in);
      double[] w = ramp(kernel * kernel * in * out);
      double[] g = ramp(n * size * size * out);
      double[] y = new double[g.length];
      double[] dx = new double[x.length];
      double[] dw = new double[w.length];
      for (int s = 0; s < n; s++)
        for (int r = 0; r < size; r++)
          for (int c = 0; c < size; c++)
            for (int kr = 0; kr < kernel; kr++)
              for (int kc = 0; kc < kernel; kc++) {
                int ir = r + kr - padding, ic = c + kc - padding;
                if (ir < 0 || ic < 0 || ir >= size || ic >= size) {
                  continue;
                }
                for (int i = 0; i < in; i++)
                  for (int o = 0; o < out; o++) {
                    int xi = ((s * size + ir) * size + ic) * in + i;
                    int wi = ((kr * kernel + kc) * in + i) * out + o;
                    int yi = ((s * size + r) * size + c) * out + o;
                    y[yi] += x[xi] * w[wi];
                    dx[xi] += g[yi] * w[wi];
                    dw[wi] += g[yi] * x[xi];
                  }
              }
      Tensor xt = tensor(device, x, n, size, size, in);
      Tensor wt = tensor(device, w, kernel, kernel, in, out);
      Tensor yt = device.allocate(n, size, size, out);
      device.conv2d(xt, wt, padding, yt).run();
      assertClose(values(device, yt), y, precision);
      Tensor dxt = device.allocate(n, size, size, in);
      Tensor dwt = device.allocate(kernel, kernel, in, out);
      device.conv2dGradient(xt, wt, padding, tensor(device, g, n, size, size, out), dxt, dwt).run();
      assertClose(values(device, dxt), dx, precision);
      assertClose(values(device, dwt), dw, precision);

      Tensor pooled = device.allocate(n, 2, 2, in);
      device.maxPool2d(xt, 2, pooled).run();
      double[] p = values(device, pooled);
      Tensor gradient = device.allocate(n, size, size, in);
      device.maxPool2dGradient(xt, 2, tensor(device, ramp(p.length), n, 2, 2, in), gradient).run();
      double[] back = values(device, gradient);
      double[] rounded = values(device, xt);
      for (int s = 0; s < n; s++)
        for (int r = 0; r < 2; r++)
          for (int c = 0; c < 2; c++)
            for (int i = 0; i < in; i++) {
              int pi = ((s * 2 + r) * 2 + c) * in + i;
              double best = Double.NEGATIVE_INFINITY;
              double sum = 0;
              for (int a = 0; a < 2; a++)
                for (int b = 0; b < 2; b++) {
                  int xi = ((s * size + 2 * r + a) * size + 2 * c + b) * in + i;
                  best = Math.max(best, rounded[xi]);
                  sum += back[xi];
                }
              assertThat(p[pi]).isEqualTo(best);
              assertThat(sum).isCloseTo(ramp(p.length)[pi], within(1e-6));
            }
    }
  }

  @ParameterizedTest
  @EnumSource
  void closedBuffersNoLongerCount(Precision precision) {
    try (Device device = Nd4jDevice.open(precision)) {
      Tensor a = device.allocate(10, 10);
      Tensor b = device.allocate(5);
      assertThat(device.allocatedBytes()).isEqualTo(105L * precision.bytes());
      a.close();
      a.close();
      b.view(0, 5, 1).close();
      assertThat(device.allocatedBytes()).isEqualTo(5L * precision.bytes());
    }
  }

  private static Tensor tensor(Device device, double[] values, long... shape) {
    Tensor tensor = device.allocate(shape);
    device.upload(values, 0, tensor);
    return tensor;
  }

  private static double[] values(Device device, Tensor tensor) {
    double[] values = new double[(int) tensor.size()];
    device.download(tensor, values);
    return values;
  }

  private static double[] ramp(int size) {
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = ((i * 7 + 3) % 11 - 5) / 4.0 + i / 64.0;
    }
    return values;
  }

  private static double[] concat(double[] a, double[] b) {
    double[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static void assertClose(double[] actual, double[] expected, Precision precision) {
    double scale = Arrays.stream(expected).map(Math::abs).max().orElse(1);
    double tolerance = scale * (precision == Precision.FLOAT32 ? 1e-6 : 1e-13);
    assertThat(actual).hasSize(expected.length);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("entry %d", i).isCloseTo(expected[i], within(tolerance));
    }
  }
}
