package io.plateau.core.kernel;

import java.util.Arrays;

/**
 * How fast a device multiplies matrices: the peak that everything else is held against.
 *
 * @param operationsPerSecond floating-point operations a second in the median run, two for a
 *     multiplication with an addition
 * @param size rows and columns of the matrices
 * @param runs timed runs
 */
public record MatmulSpeed(double operationsPerSecond, int size, int runs) {

  /** Measures for a second or so. */
  public static MatmulSpeed measure(Device device) {
    int size = 2048;
    int runs = 9;
    try (Tensor left = device.allocate(size, size);
        Tensor right = device.allocate(size, size);
        Tensor out = device.allocate(size, size)) {
      float[] values = new float[size * size];
      for (int i = 0; i < values.length; i++) {
        values[i] = (i % 17 - 8) / 8f;
      }
      device.upload(values, 0, left);
      device.upload(values, 0, right);
      Operation product = device.matmul(left, false, right, true, out);
      double[] seconds = new double[runs];
      product.run();
      for (int i = 0; i < runs; i++) {
        long start = System.nanoTime();
        product.run();
        seconds[i] = (System.nanoTime() - start) / 1e9;
      }
      Arrays.sort(seconds);
      return new MatmulSpeed(2.0 * size * size * size / seconds[runs / 2], size, runs);
    }
  }
}
