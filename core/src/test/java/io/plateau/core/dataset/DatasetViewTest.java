package io.plateau.core.dataset;

import io.plateau.core.network.TensorShape;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** A view that skips samples, changes labels and takes another shape, all at once. */
class DatasetViewTest extends DatasetContract {
  @Override
  Dataset open() {
    // Of each two samples one is of class 4, which the view leaves out; the others are relabelled.
    int[] sourceLabels = new int[14];
    byte[] values = new byte[14 * 6];
    Arrays.fill(values, (byte) 255);
    for (int i = 0; i < 7; i++) {
      sourceLabels[2 * i] = 4;
      sourceLabels[2 * i + 1] = new int[] {3, 0, 2}[LABELS[i]];
      for (int j = 0; j < 6; j++) {
        values[6 * (2 * i + 1) + j] = (byte) (10 * i + j);
      }
    }
    Dataset source =
        new ByteDataset(
            "source",
            Split.ALL,
            TensorShape.of(6),
            values,
            new Labels(sourceLabels, OptionalInt.empty(), "source"));
    return new Subset(List.of(3, 0, 2), OptionalInt.empty(), OptionalInt.empty())
        .of(source)
        .reshaped(TensorShape.of(1, 2, 3));
  }
}
