package io.plateau.core.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import net.jqwik.api.constraints.UniqueElements;

class SafetensorsRoundTripTest {
  @Property(tries = 200)
  void whatIsWrittenIsReadToTheBit(
      @ForAll @Size(max = 6) @UniqueElements List<@StringLength(max = 20) String> names,
      @ForAll @Size(max = 3) Map<@StringLength(max = 5) String, String> metadata,
      @ForAll @IntRange(max = 300) int largest,
      @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    Map<String, float[]> tensors = new HashMap<>();
    Map<String, List<Long>> shapes = new HashMap<>();
    SafetensorsWriter writer = new SafetensorsWriter(metadata);
    for (String name : names) {
      // A lone surrogate has no UTF-8, and this name has a meaning of its own.
      if (name.chars().anyMatch(c -> Character.isSurrogate((char) c))
          || name.equals("__metadata__")) {
        continue;
      }
      int rows = random.nextInt(largest + 1);
      int columns = random.nextInt(largest + 1);
      float[] values = new float[rows * columns];
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.intBitsToFloat(random.nextInt());
      }
      tensors.put(name, values);
      shapes.put(name, List.of((long) rows, (long) columns));
      writer.add(
          name,
          List.of(rows, columns),
          (from, target, count) -> System.arraycopy(values, from, target, 0, count));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out);
    byte[] file = out.toByteArray();

    SafetensorsReader reader =
        new SafetensorsReader(
            Channels.newChannel(new ByteArrayInputStream(file)), file.length, "test");

    assertThat(reader.header().tensors()).hasSize(tensors.size());
    for (TensorEntry tensor : reader.header().tensors()) {
      assertThat(tensor.shape()).isEqualTo(shapes.get(tensor.name()));
      float[] expected = tensors.get(tensor.name());
      float[] values = new float[expected.length];
      reader.readFloats(tensor, values, 0);
      for (int i = 0; i < values.length; i++) {
        assertThat(Float.floatToRawIntBits(values[i]))
            .isEqualTo(Float.floatToRawIntBits(expected[i]));
      }
    }
  }
}
