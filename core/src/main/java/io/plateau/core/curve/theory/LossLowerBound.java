package io.plateau.core.curve.theory;

import io.plateau.core.curve.CurveException;
import java.util.Arrays;

/**
 * A lower bound of the loss from the last biases: with s the logits without the last bias and q the
 * class shares, L &gt;= logsumexp(b) - sum over y of q_y b_y - mean over samples of max_j (s_y -
 * s_j). It holds because z_j = s_j + b_j &gt;= min_j s_j + b_j. The first two terms are at least
 * the entropy of q, which is log k for balanced classes: the bound stays there until the logits
 * grow. Derived.
 */
public final class LossLowerBound {
  private final double[] bias;
  private final double[] shares;
  private final int depth;
  private final double meanMargin;

  /**
   * The bound along a linear path from a small initialization, where b(alpha) = alpha b and s =
   * alpha^r g.
   *
   * @param bias [k] the last layer's biases at theta1
   * @param classCounts [k] samples of each class
   * @param depth r, the number of parameterized layers, at least 1
   * @param meanMargin mean over the samples of max_j (g_y - g_j) at theta1, finite, at least 0
   * @throws CurveException if lengths differ or a value is outside its range
   */
  public LossLowerBound(double[] bias, long[] classCounts, int depth, double meanMargin) {
    if (depth < 1) {
      throw new CurveException("depth", "must be at least 1, is " + depth);
    }
    checkMargin(meanMargin);
    this.bias = checkedBias(bias);
    this.shares = shares(classCounts, bias.length);
    this.depth = depth;
    this.meanMargin = meanMargin;
  }

  /**
   * The bound with the small-initialization approximation.
   *
   * @param alpha place on the path, at least 0
   * @return nats; may be negative, where it says nothing
   */
  public double at(double alpha) {
    if (!(alpha >= 0)) {
      throw new CurveException("alpha", "must be at least 0, is " + alpha);
    }
    double[] scaled = Arrays.stream(bias).map(value -> alpha * value).toArray();
    return biasTerm(scaled, shares) - Math.pow(alpha, depth) * meanMargin;
  }

  /**
   * The bound from what was measured at one alpha, without any approximation.
   *
   * @param bias [k] the last layer's biases at that alpha
   * @param classCounts [k] samples of each class
   * @param meanMargin mean over the samples of max_j (s_y - s_j) at that alpha, finite, at least 0
   * @return nats; may be negative, where it says nothing
   * @throws CurveException if lengths differ or a value is outside its range
   */
  public static double measured(double[] bias, long[] classCounts, double meanMargin) {
    checkMargin(meanMargin);
    return biasTerm(checkedBias(bias), shares(classCounts, bias.length)) - meanMargin;
  }

  /** Where the bound comes from. */
  public Origin origin() {
    return Origin.DERIVED;
  }

  private static double biasTerm(double[] bias, double[] shares) {
    double max = Arrays.stream(bias).max().orElseThrow();
    double sum = 0;
    double mean = 0;
    for (int y = 0; y < bias.length; y++) {
      sum += Math.exp(bias[y] - max);
      mean += shares[y] * bias[y];
    }
    return max + Math.log(sum) - mean;
  }

  private static double[] checkedBias(double[] bias) {
    return new LastBias(bias).values();
  }

  private static void checkMargin(double meanMargin) {
    if (!(meanMargin >= 0 && Double.isFinite(meanMargin))) {
      throw new CurveException("meanMargin", "must be finite and at least 0, is " + meanMargin);
    }
  }

  private static double[] shares(long[] classCounts, int classes) {
    if (classCounts.length != classes) {
      throw new CurveException(
          "classCounts",
          "must have as many entries as there are biases, "
              + classes
              + ", has "
              + classCounts.length);
    }
    double total = Arrays.stream(classCounts).sum();
    if (!(total > 0) || Arrays.stream(classCounts).anyMatch(count -> count < 0)) {
      throw new CurveException("classCounts", "must be counts with at least one sample in all");
    }
    return Arrays.stream(classCounts).mapToDouble(count -> count / total).toArray();
  }
}
