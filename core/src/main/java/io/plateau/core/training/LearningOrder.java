package io.plateau.core.training;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * Learning times of the classes against their last-layer biases. A class never learned counts as
 * the latest.
 */
final class LearningOrder {
  private LearningOrder() {}

  /**
   * Spearman's rank correlation, -1 to 1; empty if all times or all biases are equal or there are
   * none.
   */
  static OptionalDouble correlation(List<OptionalInt> learned, List<Double> biases) {
    double[] times = times(learned);
    double[] values = biases.stream().mapToDouble(Double::doubleValue).toArray();
    if (values.length != times.length || allEqual(times) || allEqual(values)) {
      return OptionalDouble.empty();
    }
    double correlation = new SpearmansCorrelation().correlation(times, values);
    return Double.isFinite(correlation) ? OptionalDouble.of(correlation) : OptionalDouble.empty();
  }

  /**
   * Whether the largest bias belongs to the class learned last; empty if two classes share either
   * place.
   */
  static Optional<Boolean> largestBiasLearnedLast(List<OptionalInt> learned, List<Double> biases) {
    double[] times = times(learned);
    double[] values = biases.stream().mapToDouble(Double::doubleValue).toArray();
    if (values.length != times.length) {
      return Optional.empty();
    }
    OptionalInt last = onlyLargest(times);
    OptionalInt largest = onlyLargest(values);
    return last.isPresent() && largest.isPresent()
        ? Optional.of(last.equals(largest))
        : Optional.empty();
  }

  private static double[] times(List<OptionalInt> learned) {
    return learned.stream().mapToDouble(epoch -> epoch.orElse(Integer.MAX_VALUE)).toArray();
  }

  private static boolean allEqual(double[] values) {
    for (double value : values) {
      if (value != values[0]) {
        return false;
      }
    }
    return true;
  }

  private static OptionalInt onlyLargest(double[] values) {
    int best = 0;
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
        count = 1;
      } else if (values[i] == values[best]) {
        count++;
      }
    }
    return count == 1 ? OptionalInt.of(best) : OptionalInt.empty();
  }
}
