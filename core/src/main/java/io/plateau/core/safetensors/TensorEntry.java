package io.plateau.core.safetensors;

import java.util.List;

/**
 * One tensor as the header describes it.
 *
 * @param name any text
 * @param dtype type of its elements
 * @param shape lengths of its axes, outermost first, each at least 0; empty for a scalar
 * @param begin first byte, counted from the end of the header
 * @param end the byte after its last
 */
public record TensorEntry(String name, Dtype dtype, List<Long> shape, long begin, long end) {

  /** Copies the shape. */
  public TensorEntry {
    shape = List.copyOf(shape);
  }

  /** Number of elements. */
  public long size() {
    return (end - begin) / dtype.bytes();
  }
}
