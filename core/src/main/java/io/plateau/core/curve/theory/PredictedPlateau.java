package io.plateau.core.curve.theory;

import io.plateau.core.curve.CurveException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The error plateau predicted for a small initialization and one bias vector on the last layer, on
 * a linear path. A sample of class y is read as i* while s_y - s_i* &lt; alpha (b_i* - b_y), with
 * the logits without the last bias taken as s = alpha^r g. So class y ends at ((b_i* - b_y) /
 * V_y)^(1/(r-1)) and the plateau at (D / V)^(1/(r-1)). It starts at about eps / D, where the biases
 * outgrow the initial logits. Derived.
 *
 * @param topClass i*, the class of the largest bias, the lowest on ties
 * @param start eps / D; absent if eps was not given or D is 0
 * @param end end of the whole plateau; may exceed 1, which is off the path. Absent if the model
 *     knows no end: a network of one layer, or no sample whose margin is positive
 * @param classEnds for each class the end of its samples being read as i*, absent likewise, for i*
 *     itself and for a class without samples
 */
public record PredictedPlateau(
    int topClass, OptionalDouble start, OptionalDouble end, List<OptionalDouble> classEnds) {

  /** Copies the list. */
  public PredictedPlateau {
    classEnds = List.copyOf(classEnds);
  }

  /**
   * The small-initialization approximation.
   *
   * @param depth r, the number of parameterized layers, at least 1
   * @param bias [k] the last layer's biases at theta1
   * @param maxMargins [k] V_y, the maximum over the samples of class y of g_y - g_i*, with g the
   *     logits of theta1 without the last bias; NaN for a class without samples
   * @param initialLogitSize eps, the size of the logits at theta0, at least 0; absent if unknown
   * @throws CurveException if lengths differ or a value is outside its range
   */
  public static PredictedPlateau smallInitialization(
      int depth, double[] bias, double[] maxMargins, OptionalDouble initialLogitSize) {
    LastBias last = new LastBias(bias);
    check(depth, last, maxMargins, initialLogitSize);
    double largestMargin = Double.NEGATIVE_INFINITY;
    List<OptionalDouble> classEnds = new ArrayList<>();
    for (int y = 0; y < last.classes(); y++) {
      if (y == last.top()) {
        classEnds.add(OptionalDouble.empty());
      } else {
        classEnds.add(end(last.margin(y), maxMargins[y], depth));
        if (maxMargins[y] > largestMargin) {
          largestMargin = maxMargins[y];
        }
      }
    }
    double gap = last.gap();
    return new PredictedPlateau(
        last.top(),
        initialLogitSize.isPresent() && gap > 0
            ? OptionalDouble.of(initialLogitSize.getAsDouble() / gap)
            : OptionalDouble.empty(),
        end(gap, largestMargin, depth),
        classEnds);
  }

  /** Where the formulas come from. */
  public Origin origin() {
    return Origin.DERIVED;
  }

  private static OptionalDouble end(double biasMargin, double logitMargin, int depth) {
    if (depth < 2 || !(logitMargin > 0)) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(Math.pow(biasMargin / logitMargin, 1.0 / (depth - 1)));
  }

  private static void check(
      int depth, LastBias bias, double[] maxMargins, OptionalDouble initialLogitSize) {
    if (depth < 1) {
      throw new CurveException("depth", "must be at least 1, is " + depth);
    }
    if (maxMargins.length != bias.classes()) {
      throw new CurveException(
          "maxMargins",
          "must have as many entries as there are biases, "
              + bias.classes()
              + ", has "
              + maxMargins.length);
    }
    for (int y = 0; y < maxMargins.length; y++) {
      if (Double.isInfinite(maxMargins[y])) {
        throw new CurveException("maxMargins[" + y + "]", "must be finite, or NaN if unknown");
      }
    }
    if (initialLogitSize.isPresent()
        && !(initialLogitSize.getAsDouble() >= 0
            && Double.isFinite(initialLogitSize.getAsDouble()))) {
      throw new CurveException(
          "initialLogitSize",
          "must be finite and at least 0, is " + initialLogitSize.getAsDouble());
    }
  }
}
