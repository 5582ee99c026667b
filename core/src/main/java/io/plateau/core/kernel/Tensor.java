package io.plateau.core.kernel;

/** A row-major buffer on a device, or a view of a stretch of one. */
public interface Tensor extends AutoCloseable {
  /** Dimensions, outermost first. */
  long[] shape();

  /** Number of elements. */
  long size();

  /**
   * A view of {@code size} elements from {@code offset} in another shape. It lives as long as this
   * buffer.
   */
  Tensor view(long offset, long... shape);

  /** Frees the buffer; does nothing for a view. */
  @Override
  void close();
}
