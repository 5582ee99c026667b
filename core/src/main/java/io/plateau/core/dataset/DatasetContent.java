package io.plateau.core.dataset;

import io.plateau.core.file.Sha256;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/** Class counts and digest of a data set, each computed once, when first asked for. */
final class DatasetContent {
  private static final int VALUES_AT_ONCE = 1 << 16;

  private final Dataset dataset;
  private List<Integer> classCounts;
  private String digest;

  DatasetContent(Dataset dataset) {
    this.dataset = dataset;
  }

  synchronized List<Integer> classCounts() {
    if (classCounts == null) {
      int[] counts = new int[dataset.classes()];
      for (int i = 0; i < dataset.size(); i++) {
        counts[dataset.label(i)]++;
      }
      classCounts = Arrays.stream(counts).boxed().toList();
    }
    return classCounts;
  }

  synchronized String digest() {
    if (digest == null) {
      digest = compute();
    }
    return digest;
  }

  private String compute() {
    MessageDigest sha256 = Sha256.newDigest();
    int sampleSize = Math.toIntExact(dataset.sampleShape().size());
    int samplesAtOnce = Math.max(1, VALUES_AT_ONCE / sampleSize);
    float[] values = new float[samplesAtOnce * sampleSize];
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.max(values.length, 6) * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(dataset.size()).putLong(sampleSize).putLong(dataset.classes()).flip();
    sha256.update(bytes);
    int count;
    for (int start = 0; start < dataset.size(); start += count) {
      count = Math.min(samplesAtOnce, dataset.size() - start);
      dataset.read(start, count, values, 0);
      bytes.clear();
      bytes.asFloatBuffer().put(values, 0, count * sampleSize);
      bytes.limit(count * sampleSize * 4);
      sha256.update(bytes);
    }
    bytes.clear();
    for (int i = 0; i < dataset.size(); i++) {
      if (bytes.remaining() < 4) {
        bytes.flip();
        sha256.update(bytes);
        bytes.clear();
      }
      bytes.putInt(dataset.label(i));
    }
    bytes.flip();
    sha256.update(bytes);
    return Sha256.hex(sha256);
  }
}
