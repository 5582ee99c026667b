package io.plateau.core.dataset;

import io.plateau.core.network.TensorShape;
import java.util.List;
import java.util.OptionalInt;

/**
 * Labelled samples in a fixed order, scaled as the network sees them. Immutable and safe for use by
 * several threads. Reading is by stretches and by index lists only, so that a source larger than
 * memory can stand behind it.
 */
public interface Dataset {

  /** Name in the registry, or where the samples came from. */
  String name();

  /** Which part of its source this is. */
  Split split();

  /** How stored values became the samples, such as {@code value / 255}. */
  String scaling();

  /** Number of samples N, at least 1. */
  int size();

  /** Shape of one sample, [D] or [C, H, W]; values are row-major. */
  TensorShape sampleShape();

  /** Number of classes k; some may have no sample. */
  int classes();

  /** Label of a sample, 0 to k - 1. */
  int label(int index);

  /**
   * Copies the samples {@code start} to {@code start + count - 1} one after the other.
   *
   * @param target gets {@code count * sampleShape().size()} values from {@code targetOffset} on
   * @throws IndexOutOfBoundsException if samples or target do not reach that far
   * @throws DatasetException if the source can no longer be read
   */
  void read(int start, int count, float[] target, int targetOffset);

  /**
   * Copies the samples {@code indices[from]} to {@code indices[from + count - 1]} one after the
   * other.
   *
   * @throws IndexOutOfBoundsException if an index, the list or the target does not reach that far
   * @throws DatasetException if the source can no longer be read
   */
  void gather(int[] indices, int from, int count, float[] target, int targetOffset);

  /** Number of samples of each class, k entries. */
  List<Integer> classCounts();

  /**
   * SHA-256 of what is computed on, in lower-case hex: number of samples, values a sample and
   * classes (three 8-byte integers), all samples (float32) and all labels (4-byte integers), each
   * little-endian. It depends on neither the name nor the form of storage nor the axes of a sample.
   */
  String digest();

  /** The first {@code count} samples as a view; the whole set if it has no more. */
  default Dataset limit(int count) {
    return new Subset(List.of(), OptionalInt.empty(), OptionalInt.of(count)).of(this);
  }

  /**
   * The same samples under another shape of equal size, such as [784] for [1, 28, 28].
   *
   * @throws DatasetException if the sizes differ
   */
  default Dataset reshaped(TensorShape shape) {
    return shape.equals(sampleShape()) ? this : DatasetView.reshaped(this, shape);
  }
}
