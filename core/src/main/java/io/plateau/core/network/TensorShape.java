package io.plateau.core.network;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The dimensions of a row-major tensor, outermost first. Empty for a scalar.
 *
 * @param dimensions each at least 1
 */
public record TensorShape(List<Integer> dimensions) {

  /** Copies and checks the dimensions. */
  public TensorShape {
    dimensions = List.copyOf(dimensions);
    double size = 1;
    for (int dimension : dimensions) {
      if (dimension < 1) {
        throw new NetworkException("shape", "dimension " + dimension + " is below 1");
      }
      size *= dimension;
    }
    if (size > 0x1p60) {
      throw new NetworkException("shape", dimensions + " has more elements than can be counted");
    }
  }

  /** The shape with the given dimensions. */
  public static TensorShape of(int... dimensions) {
    return new TensorShape(Arrays.stream(dimensions).boxed().toList());
  }

  /** Number of dimensions. */
  public int rank() {
    return dimensions.size();
  }

  /** Length along one axis. */
  public int dimension(int axis) {
    return dimensions.get(axis);
  }

  /** Number of elements. */
  public long size() {
    long size = 1;
    for (int dimension : dimensions) {
      size = Math.multiplyExact(size, (long) dimension);
    }
    return size;
  }

  /** The dimensions as an array of longs, as tensor libraries take them. */
  public long[] toLongArray() {
    return dimensions.stream().mapToLong(Integer::longValue).toArray();
  }

  @Override
  public String toString() {
    return dimensions.stream().map(String::valueOf).collect(Collectors.joining("x", "[", "]"));
  }
}
