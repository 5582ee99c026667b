package io.plateau.core.golden;

import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.Split;
import io.plateau.core.network.TensorShape;
import java.util.ArrayList;
import java.util.List;

/** Samples in two arrays, for tests that make or read their own. */
public final class ArrayDataset implements Dataset {
  private final TensorShape sampleShape;
  private final int classes;
  private final float[] values;
  private final int[] labels;

  /** Samples one after the other, and their labels. */
  public ArrayDataset(TensorShape sampleShape, int classes, float[] values, int[] labels) {
    this.sampleShape = sampleShape;
    this.classes = classes;
    this.values = values;
    this.labels = labels;
  }

  @Override
  public TensorShape sampleShape() {
    return sampleShape;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public String name() {
    return "array";
  }

  @Override
  public Split split() {
    return Split.TRAIN;
  }

  @Override
  public String scaling() {
    return "value";
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public void read(int start, int count, float[] target, int targetOffset) {
    int size = (int) sampleShape.size();
    System.arraycopy(values, start * size, target, targetOffset, count * size);
  }

  @Override
  public void gather(int[] indices, int from, int count, float[] target, int targetOffset) {
    int size = (int) sampleShape.size();
    for (int i = 0; i < count; i++) {
      System.arraycopy(values, indices[from + i] * size, target, targetOffset + i * size, size);
    }
  }

  @Override
  public List<Integer> classCounts() {
    List<Integer> counts = new ArrayList<>();
    for (int c = 0; c < classes; c++) {
      int count = 0;
      for (int label : labels) {
        count += label == c ? 1 : 0;
      }
      counts.add(count);
    }
    return counts;
  }

  @Override
  public String digest() {
    return "0".repeat(64);
  }
}
