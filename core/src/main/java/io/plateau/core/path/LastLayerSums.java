package io.plateau.core.path;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** Sums over samples from which a {@link LastLayerSplit} follows. */
final class LastLayerSums {
  private final double[] bias;
  private final int top;
  private final int second;
  private final long[] samples;
  private final double[] marginSum;
  private final double[] marginMaximum;
  private long changed;
  private long readAsTop;

  LastLayerSums(double[] bias) {
    this.bias = bias;
    int classes = bias.length;
    samples = new long[classes];
    marginSum = new double[classes];
    marginMaximum = new double[classes];
    Arrays.fill(marginMaximum, Double.NEGATIVE_INFINITY);
    top = largest(bias, -1);
    second = largest(bias, top);
  }

  void add(double[] logits, int offset, int label, int readWithout, int readWith) {
    double margin = logits[offset + label] - logits[offset + top];
    samples[label]++;
    marginSum[label] += margin;
    marginMaximum[label] = Math.max(marginMaximum[label], margin);
    if (readWithout != readWith) {
      changed++;
    }
    if (readWith == top) {
      readAsTop++;
    }
  }

  LastLayerSplit toSplit(Classification without) {
    List<OptionalDouble> means = new ArrayList<>();
    List<OptionalDouble> maxima = new ArrayList<>();
    List<Double> biasMargins = new ArrayList<>();
    double least = bias[0];
    for (int c = 0; c < bias.length; c++) {
      boolean present = samples[c] > 0;
      means.add(present ? OptionalDouble.of(marginSum[c] / samples[c]) : OptionalDouble.empty());
      maxima.add(present ? OptionalDouble.of(marginMaximum[c]) : OptionalDouble.empty());
      biasMargins.add(bias[top] - bias[c]);
      least = Math.min(least, bias[c]);
    }
    return new LastLayerSplit(
        without.loss(),
        without.error(),
        top,
        second,
        bias[top] - bias[second],
        bias[top] - least,
        (double) changed / without.samples(),
        (double) readAsTop / without.samples(),
        means,
        maxima,
        biasMargins);
  }

  private static int largest(double[] values, int except) {
    int best = except == 0 ? 1 : 0;
    for (int i = best + 1; i < values.length; i++) {
      if (i != except && values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }
}
