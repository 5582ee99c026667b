package io.plateau.core.curve.theory;

import io.plateau.core.curve.CurveException;
import java.util.stream.IntStream;

/** The last layer's biases, one for each class, and which of them is the largest. */
final class LastBias {
  private final double[] bias;
  private final int top;

  LastBias(double[] bias) {
    if (bias.length < 2) {
      throw new CurveException("bias", "needs two classes or more, has " + bias.length);
    }
    for (int y = 0; y < bias.length; y++) {
      if (!Double.isFinite(bias[y])) {
        throw new CurveException("bias[" + y + "]", "must be finite, is " + bias[y]);
      }
    }
    this.bias = bias.clone();
    this.top = largest(bias);
  }

  int classes() {
    return bias.length;
  }

  double[] values() {
    return bias.clone();
  }

  /** i*, the lowest class on ties. */
  int top() {
    return top;
  }

  /** b_i* - b_y, at least 0. */
  double margin(int y) {
    return bias[top] - bias[y];
  }

  /** D, the gap of the two largest biases, at least 0. */
  double gap() {
    return IntStream.range(0, bias.length)
        .filter(y -> y != top)
        .mapToDouble(this::margin)
        .min()
        .orElseThrow();
  }

  private static int largest(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
