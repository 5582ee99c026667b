package io.plateau.core.path;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Alphas at which a path is evaluated, fixed beforehand: finite, ascending, none twice. */
public final class AlphaGrid {
  /** Largest number of alphas. */
  public static final int MAX_SIZE = 10_001;

  /** Alphas lie in [-MAX_ALPHA, MAX_ALPHA]. */
  public static final double MAX_ALPHA = 1_000;

  /** Alphas nearer than this are one point of a curve. */
  public static final double MIN_SPACING = 1e-9;

  private final double[] alphas;

  private AlphaGrid(double[] alphas) {
    this.alphas = alphas;
  }

  /**
   * {@code count} alphas with equal distances, both ends among them.
   *
   * @throws PathException if count is outside 1..10,001, or the range is empty or not finite
   */
  public static AlphaGrid uniform(double start, double stop, int count) {
    if (count < 1 || count > MAX_SIZE) {
      throw invalid("count", count + " alphas; give 1 to " + MAX_SIZE);
    }
    requireAlpha(start, "start");
    requireAlpha(stop, "stop");
    if (count > 1 && !(start < stop)) {
      throw invalid("stop", stop + " is not above start " + start);
    }
    double[] alphas = new double[count];
    for (int i = 0; i < count; i++) {
      // Dividing last gives 0.3 and not 0.30000000000000004, and the stop itself at the end.
      alphas[i] = count == 1 ? start : (start * (count - 1 - i) + stop * i) / (count - 1);
    }
    alphas[0] = start;
    alphas[count - 1] = count == 1 ? start : stop;
    requireSpacing(alphas, "count");
    return new AlphaGrid(alphas);
  }

  /**
   * The given alphas in ascending order.
   *
   * @throws PathException if there are none or too many, or one is not finite or given twice
   */
  public static AlphaGrid explicit(double... alphas) {
    if (alphas.length < 1 || alphas.length > MAX_SIZE) {
      throw invalid("alphas", alphas.length + " alphas; give 1 to " + MAX_SIZE);
    }
    double[] sorted = alphas.clone();
    for (int i = 0; i < sorted.length; i++) {
      requireAlpha(sorted[i], "alphas[" + i + "]");
      sorted[i] += 0.0; // -0.0 becomes 0.0
    }
    Arrays.sort(sorted);
    requireSpacing(sorted, "alphas");
    return new AlphaGrid(sorted);
  }

  /** Number of alphas. */
  public int size() {
    return alphas.length;
  }

  /** The alphas in ascending order. */
  public double[] toArray() {
    return alphas.clone();
  }

  /** The alphas in ascending order. */
  public DoubleStream stream() {
    return Arrays.stream(alphas);
  }

  /** Whether an alpha is on the grid. */
  public boolean contains(double alpha) {
    return Arrays.binarySearch(alphas, alpha) >= 0;
  }

  private static void requireSpacing(double[] sorted, String field) {
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        throw invalid(field, sorted[i] + " is given twice");
      } else if (sorted[i] - sorted[i - 1] < MIN_SPACING) {
        throw invalid(
            field, sorted[i - 1] + " and " + sorted[i] + " are nearer than " + MIN_SPACING);
      }
    }
  }

  private static void requireAlpha(double alpha, String field) {
    if (!(Math.abs(alpha) <= MAX_ALPHA)) {
      throw invalid(field, alpha + " is not a number in [-" + MAX_ALPHA + ", " + MAX_ALPHA + "]");
    }
  }

  private static PathException invalid(String field, String message) {
    return new PathException(PathException.Reason.INVALID, field, message);
  }
}
