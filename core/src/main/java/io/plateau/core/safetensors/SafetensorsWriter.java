package io.plateau.core.safetensors;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes float32 tensors one after the other, without holding a second copy of them. */
public final class SafetensorsWriter {
  private static final int FLOATS_AT_ONCE = 1 << 16;

  /** Copies a stretch of a tensor's elements. */
  @FunctionalInterface
  public interface Values {
    /** Copies elements {@code from} to {@code from + count - 1} to the start of the target. */
    void copyTo(int from, float[] target, int count);
  }

  private record Tensor(TensorEntry entry, int size, Values values) {}

  private final Map<String, String> metadata;
  private final List<Tensor> tensors = new ArrayList<>();
  private long end;

  /** A file with the given metadata, written in the map's order. */
  public SafetensorsWriter(Map<String, String> metadata) {
    this.metadata = new LinkedHashMap<>(metadata);
  }

  /** Adds a tensor after those added before. */
  public SafetensorsWriter add(String name, List<Integer> shape, Values values) {
    int size = 1;
    for (int length : shape) {
      size = Math.multiplyExact(size, length);
    }
    long begin = end;
    end += 4L * size;
    TensorEntry entry =
        new TensorEntry(name, Dtype.F32, shape.stream().map(Long::valueOf).toList(), begin, end);
    tensors.add(new Tensor(entry, size, values));
    return this;
  }

  /** Writes header and data. The stream is not closed here. */
  public void writeTo(OutputStream out) throws IOException {
    out.write(
        new SafetensorsHeader(tensors.stream().map(Tensor::entry).toList(), metadata).toBytes());
    float[] floats = new float[FLOATS_AT_ONCE];
    ByteBuffer bytes = ByteBuffer.allocate(4 * FLOATS_AT_ONCE).order(ByteOrder.LITTLE_ENDIAN);
    for (Tensor tensor : tensors) {
      int count;
      for (int from = 0; from < tensor.size(); from += count) {
        count = Math.min(FLOATS_AT_ONCE, tensor.size() - from);
        tensor.values().copyTo(from, floats, count);
        bytes.clear();
        bytes.asFloatBuffer().put(floats, 0, count);
        out.write(bytes.array(), 0, 4 * count);
      }
    }
  }
}
