package io.plateau.core.network;

import java.util.Arrays;

/**
 * A point in parameter space: the values of every tensor of a layout, float32, in one flat vector.
 * Immutable.
 */
public final class Parameters {
  private final ParameterLayout layout;
  private final float[] values;

  private Parameters(ParameterLayout layout, float[] values) {
    this.layout = layout;
    this.values = values;
  }

  /**
   * Takes over a flat vector, which the caller must not change any more.
   *
   * @throws IllegalArgumentException if the vector's length is not the layout's size
   */
  public static Parameters wrap(ParameterLayout layout, float[] values) {
    if (values.length != layout.size()) {
      throw new IllegalArgumentException(
          values.length + " values for a layout of " + layout.size());
    }
    return new Parameters(layout, values);
  }

  /** The origin of parameter space. */
  public static Parameters zero(ParameterLayout layout) {
    return new Parameters(layout, new float[layout.size()]);
  }

  /** Names, shapes and places of the tensors. */
  public ParameterLayout layout() {
    return layout;
  }

  /** A copy of the flat vector. */
  public float[] toArray() {
    return values.clone();
  }

  /** A copy of one tensor's values, row-major. */
  public float[] values(ParameterSpec parameter) {
    return Arrays.copyOfRange(values, parameter.offset(), parameter.offset() + parameter.size());
  }

  /** One value of the flat vector. */
  public float value(int index) {
    return values[index];
  }

  /** Copies a stretch of the flat vector. */
  public void copyTo(int from, float[] target, int targetFrom, int length) {
    System.arraycopy(values, from, target, targetFrom, length);
  }

  /** Number of values that are NaN or infinite. */
  public int nonFiniteCount() {
    int count = 0;
    for (float value : values) {
      if (!Float.isFinite(value)) {
        count++;
      }
    }
    return count;
  }
}
