package io.plateau.core.dataset;

import io.plateau.core.network.TensorShape;
import java.util.List;
import java.util.Objects;

/** Samples of unsigned bytes held in memory, each value divided by 255 when it is read. */
final class ByteDataset implements Dataset {
  private static final float[] SCALED = new float[256];

  static {
    for (int value = 0; value < SCALED.length; value++) {
      SCALED[value] = value / 255f;
    }
  }

  private final String name;
  private final Split split;
  private final TensorShape shape;
  private final int sampleSize;
  private final byte[] values;
  private final Labels labels;
  private final DatasetContent content;

  /** Takes over the values, sample after sample. */
  ByteDataset(String name, Split split, TensorShape shape, byte[] values, Labels labels) {
    this.name = name;
    this.split = split;
    this.shape = shape;
    this.sampleSize = Math.toIntExact(shape.size());
    this.values = values;
    this.labels = labels;
    this.content = new DatasetContent(this);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Split split() {
    return split;
  }

  @Override
  public String scaling() {
    return "value / 255";
  }

  @Override
  public int size() {
    return labels.size();
  }

  @Override
  public TensorShape sampleShape() {
    return shape;
  }

  @Override
  public int classes() {
    return labels.classes();
  }

  @Override
  public int label(int index) {
    return labels.get(index);
  }

  @Override
  public void read(int start, int count, float[] target, int targetOffset) {
    Objects.checkFromIndexSize(start, count, size());
    Objects.checkFromIndexSize(targetOffset, (long) count * sampleSize, target.length);
    scale(start * sampleSize, count * sampleSize, target, targetOffset);
  }

  @Override
  public void gather(int[] indices, int from, int count, float[] target, int targetOffset) {
    Objects.checkFromIndexSize(from, count, indices.length);
    Objects.checkFromIndexSize(targetOffset, (long) count * sampleSize, target.length);
    for (int i = 0; i < count; i++) {
      int index = Objects.checkIndex(indices[from + i], size());
      scale(index * sampleSize, sampleSize, target, targetOffset + i * sampleSize);
    }
  }

  @Override
  public List<Integer> classCounts() {
    return content.classCounts();
  }

  @Override
  public String digest() {
    return content.digest();
  }

  private void scale(int from, int count, float[] target, int targetOffset) {
    for (int i = 0; i < count; i++) {
      target[targetOffset + i] = SCALED[values[from + i] & 0xff];
    }
  }
}
