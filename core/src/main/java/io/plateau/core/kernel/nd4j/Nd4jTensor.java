package io.plateau.core.kernel.nd4j;

import io.plateau.core.kernel.Tensor;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A row-major ND4J array, or a view of one. */
final class Nd4jTensor implements Tensor {
  private final Nd4jDevice device;
  private final INDArray array;
  private final INDArray flat;
  private final boolean owner;

  Nd4jTensor(Nd4jDevice device, INDArray array, boolean owner) {
    this.device = device;
    this.array = array;
    this.flat = array.rank() == 1 ? array : array.reshape('c', new long[] {array.length()});
    this.owner = owner;
  }

  INDArray array() {
    return array;
  }

  INDArray flat() {
    return flat;
  }

  @Override
  public long[] shape() {
    return array.shape().clone();
  }

  @Override
  public long size() {
    return array.length();
  }

  @Override
  public Tensor view(long offset, long... shape) {
    long size = 1;
    for (long dimension : shape) {
      size *= dimension;
    }
    INDArray stretch =
        offset == 0 && size == flat.length()
            ? flat
            : flat.get(NDArrayIndex.interval(offset, offset + size));
    return new Nd4jTensor(device, stretch.reshape('c', shape), false);
  }

  @Override
  public void close() {
    if (owner) {
      device.free(this);
    }
  }
}
