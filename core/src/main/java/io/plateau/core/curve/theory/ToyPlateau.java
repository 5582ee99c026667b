package io.plateau.core.curve.theory;

import io.plateau.core.curve.CurveException;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

/**
 * The error plateau of the toy model that keeps the initialization: the r-homogeneous-weight
 * network on orthogonal inputs, in which class y has one weight w and its logit is ((1-alpha) w0 +
 * alpha w1)^r. Class y is read as i* between the two roots of ((1-alpha) w0 + alpha w1)^r = alpha
 * (b_i* - b_y). The left side is convex in alpha and the right side a line, so there are two roots,
 * or one where they touch, or none: no root, no plateau. Derived.
 *
 * @param start lower root, at least 0; absent if there is no plateau
 * @param end upper root; may exceed 1, which is off the path. Absent if there is no plateau
 */
public record ToyPlateau(OptionalDouble start, OptionalDouble end) {
  private static final ToyPlateau NONE =
      new ToyPlateau(OptionalDouble.empty(), OptionalDouble.empty());

  /**
   * The plateau of one class.
   *
   * @param depth r, at least 2
   * @param initialWeight w0, finite, at least 0
   * @param finalWeight w1, finite, larger than w0
   * @param biasMargin b_i* - b_y, finite, at least 0
   * @throws CurveException if a value is outside its range
   */
  public static ToyPlateau ofClass(
      int depth, double initialWeight, double finalWeight, double biasMargin) {
    check(depth, initialWeight, finalWeight, biasMargin);
    double growth = finalWeight - initialWeight;
    // Where the difference of both sides is least: r growth w^(r-1) = biasMargin.
    double weight = Math.pow(biasMargin / (depth * growth), 1.0 / (depth - 1));
    double least = (weight - initialWeight) / growth;
    DoubleUnaryOperator difference =
        alpha -> Math.pow(initialWeight + alpha * growth, depth) - alpha * biasMargin;
    if (!(least > 0) || difference.applyAsDouble(least) > 0) {
      return NONE;
    }
    double beyond = Math.max(1, 2 * least);
    while (difference.applyAsDouble(beyond) < 0) {
      beyond *= 2;
    }
    return new ToyPlateau(
        OptionalDouble.of(root(difference.andThen(value -> -value), 0, least)),
        OptionalDouble.of(root(difference, least, beyond)));
  }

  /**
   * The plateau of the whole error: from the first alpha at which every class but i* is read as i*
   * to the first at which one of them no longer is.
   *
   * @param depth r, at least 2
   * @param initialWeights [k] w0 of each class; the entry of i* is not used
   * @param finalWeights [k] w1 of each class; the entry of i* is not used
   * @param bias [k] the biases at theta1
   * @throws CurveException if lengths differ or a value is outside its range
   */
  public static ToyPlateau ofAllClasses(
      int depth, double[] initialWeights, double[] finalWeights, double[] bias) {
    LastBias last = new LastBias(bias);
    if (initialWeights.length != last.classes() || finalWeights.length != last.classes()) {
      throw new CurveException(
          "weights", "must have as many entries as there are biases, " + last.classes());
    }
    double start = 0;
    double end = Double.POSITIVE_INFINITY;
    for (int y = 0; y < last.classes(); y++) {
      if (y != last.top()) {
        ToyPlateau one = ofClass(depth, initialWeights[y], finalWeights[y], last.margin(y));
        if (one.end().isEmpty()) {
          return NONE;
        }
        start = Math.max(start, one.start().getAsDouble());
        end = Math.min(end, one.end().getAsDouble());
      }
    }
    return start <= end ? new ToyPlateau(OptionalDouble.of(start), OptionalDouble.of(end)) : NONE;
  }

  /** Where the equation comes from. */
  public Origin origin() {
    return Origin.DERIVED;
  }

  /** The root of a function that is at most 0 at low and at least 0 at high, by bisection. */
  private static double root(DoubleUnaryOperator function, double low, double high) {
    double below = low;
    double above = high;
    while (true) {
      double middle = below + (above - below) / 2;
      if (middle <= below || middle >= above) {
        return middle;
      }
      if (function.applyAsDouble(middle) < 0) {
        below = middle;
      } else {
        above = middle;
      }
    }
  }

  private static void check(
      int depth, double initialWeight, double finalWeight, double biasMargin) {
    if (depth < 2) {
      throw new CurveException("depth", "must be at least 2, is " + depth);
    }
    if (!(initialWeight >= 0 && Double.isFinite(initialWeight))) {
      throw new CurveException(
          "initialWeight", "must be finite and at least 0, is " + initialWeight);
    }
    if (!(finalWeight > initialWeight && Double.isFinite(finalWeight))) {
      throw new CurveException(
          "finalWeight",
          "must be finite and larger than the initial weight "
              + initialWeight
              + ", is "
              + finalWeight);
    }
    if (!(biasMargin >= 0 && Double.isFinite(biasMargin))) {
      throw new CurveException("biasMargin", "must be finite and at least 0, is " + biasMargin);
    }
  }
}
