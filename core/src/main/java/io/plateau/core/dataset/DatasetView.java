package io.plateau.core.dataset;

import io.plateau.core.network.TensorShape;
import java.util.List;
import java.util.Objects;

/**
 * Some samples of another data set, perhaps relabelled or under another shape. Copies no sample.
 */
final class DatasetView implements Dataset {
  private final Dataset source;
  private final TensorShape shape;
  // null: the samples 0 to size - 1, for which stretches are read as stretches.
  private final int[] indices;
  private final int size;
  private final int[] newLabels;
  private final int classes;
  private final DatasetContent content;

  private DatasetView(
      Dataset source, TensorShape shape, int[] indices, int size, int[] newLabels, int classes) {
    this.source = source;
    this.shape = shape;
    this.indices = indices;
    this.size = size;
    this.newLabels = newLabels;
    this.classes = classes;
    this.content = new DatasetContent(this);
  }

  static Dataset of(Dataset source, int[] indices, int[] newLabels, int classes) {
    int last = indices.length - 1;
    // Indices rise, so the last one tells whether any was left out.
    boolean stretch = indices[last] == last;
    return new DatasetView(
        source, source.sampleShape(), stretch ? null : indices, indices.length, newLabels, classes);
  }

  static Dataset reshaped(Dataset source, TensorShape shape) {
    if (shape.size() != source.sampleShape().size()) {
      throw new DatasetException(
          DatasetException.Reason.INVALID_REQUEST,
          "samples of "
              + source.name()
              + " have shape "
              + source.sampleShape()
              + ", which can't be read as "
              + shape);
    }
    int[] sameLabels = new int[source.classes()];
    for (int i = 0; i < sameLabels.length; i++) {
      sameLabels[i] = i;
    }
    return new DatasetView(source, shape, null, source.size(), sameLabels, source.classes());
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public Split split() {
    return source.split();
  }

  @Override
  public String scaling() {
    return source.scaling();
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public TensorShape sampleShape() {
    return shape;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public int label(int index) {
    Objects.checkIndex(index, size);
    return newLabels[source.label(indices == null ? index : indices[index])];
  }

  @Override
  public void read(int start, int count, float[] target, int targetOffset) {
    Objects.checkFromIndexSize(start, count, size);
    if (indices == null) {
      source.read(start, count, target, targetOffset);
    } else {
      source.gather(indices, start, count, target, targetOffset);
    }
  }

  @Override
  public void gather(int[] chosen, int from, int count, float[] target, int targetOffset) {
    Objects.checkFromIndexSize(from, count, chosen.length);
    int[] sourceIndices = new int[count];
    for (int i = 0; i < count; i++) {
      int index = Objects.checkIndex(chosen[from + i], size);
      sourceIndices[i] = indices == null ? index : indices[index];
    }
    source.gather(sourceIndices, 0, count, target, targetOffset);
  }

  @Override
  public List<Integer> classCounts() {
    return content.classCounts();
  }

  @Override
  public String digest() {
    return content.digest();
  }
}
