package io.plateau.core.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @Test
  void aFileOfAnotherProgramIsRead() throws IOException {
    Path file = GOLDEN.resolve("training/dense/gradient.safetensors");
    try (FileChannel in = FileChannel.open(file)) {
      SafetensorsReader reader = new SafetensorsReader(in, in.size(), "gradient");
      TensorEntry weight = reader.header().tensor("layers.1.weight").orElseThrow();

      assertThat(weight)
          .isEqualTo(new TensorEntry("layers.1.weight", Dtype.F64, List.of(10L, 12L), 0, 960));
      double[] doubles = reader.readDoubles(weight);
      assertThat(doubles)
          .startsWith(0.14747591393075182, -0.08693795086741547, 0.033965156766777256);
      float[] floats = new float[122];
      reader.readFloats(weight, floats, 2);
      assertThat(floats[2]).isEqualTo((float) doubles[0]);
      assertThat(floats[121]).isEqualTo((float) doubles[119]);
    }
  }

  @Test
  void tensorsOfAFileAreReadInAnyOrderAndThoseOfAStreamInTheirs() throws IOException {
    byte[] file =
        file(
            "{'a':{'dtype':'I32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'U8','shape':[],"
                + "'data_offsets':[8,9]},'c':{'dtype':'I16','shape':[1],'data_offsets':[9,11]},"
                + "'d':{'dtype':'I8','shape':[0],'data_offsets':[11,11]},"
                + "'e':{'dtype':'I8','shape':[1],'data_offsets':[11,12]}}",
            1,
            0,
            0,
            0,
            -1,
            -1,
            -1,
            -1,
            200,
            0xfe,
            0xff,
            0x80);
    SafetensorsReader stream = reader(file);
    List<TensorEntry> tensors = stream.header().tensors();

    assertThat(stream.readIntegers(tensors.get(0))).containsExactly(1, -1);
    assertThat(stream.readIntegers(tensors.get(2))).containsExactly(-2);
    assertThat(stream.readIntegers(tensors.get(4))).containsExactly(-128);
    assertThatThrownBy(() -> stream.readIntegers(tensors.get(1)))
        .isInstanceOf(IllegalStateException.class);
    SafetensorsReader second = reader(file);
    assertThat(second.readIntegers(tensors.get(1))).containsExactly(200);
    assertThat(second.readIntegers(tensors.get(3))).isEmpty();
  }

  @Test
  void integersAreNotFloatsAndFloatsNoIntegers() throws IOException {
    byte[] file =
        file(
            "{'i':{'dtype':'I32','shape':[1],'data_offsets':[0,4]},"
                + "'f':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}",
            new int[8]);
    SafetensorsReader reader = reader(file);

    assertThatThrownBy(() -> reader.readFloats(reader.header().tensors().get(0), new float[1], 0))
        .isInstanceOf(SafetensorsException.class)
        .hasMessage("test: tensor 'i' is I32; give F32, F64, F16 or BF16");
    assertThatThrownBy(() -> reader.readIntegers(reader.header().tensors().get(1)))
        .isInstanceOf(SafetensorsException.class)
        .hasMessage("test: tensor 'f' is F32; give integers");
  }

  @Test
  void everyHalfIsReadExactly() throws IOException {
    float[] floats = readEveryShort("F16");

    for (int half = 0; half < 65_536; half++) {
      int exponent = half >>> 10 & 31;
      double fraction = half & 1023;
      // IEEE 754, binary16: 5 exponent bits biased by 15, 10 fraction bits.
      double magnitude =
          exponent == 31
              ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
              : exponent == 0
                  ? Math.scalb(fraction, -24)
                  : Math.scalb(1024 + fraction, exponent - 25);
      assertThat(floats[half])
          .isEqualTo(Float.valueOf((float) (half < 32_768 ? magnitude : -magnitude)));
    }
  }

  @Test
  void everyBfloatIsTheUpperHalfOfAFloat() throws IOException {
    float[] floats = readEveryShort("BF16");

    assertThat(floats[0x3f80]).isEqualTo(1f);
    assertThat(floats[0xc020]).isEqualTo(-2.5f);
    assertThat(floats[0x7f80]).isInfinite();
    assertThat(floats[0x4049]).isEqualTo((float) Math.PI, within(0.01f));
    for (int half = 0; half < 65_536; half++) {
      if (!Float.isNaN(floats[half])) {
        assertThat(Float.floatToRawIntBits(floats[half])).isEqualTo(half << 16);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[] | the header does not begin with '{'",
        "x{} | the header does not begin with '{'",
        "{ | the header is not sound JSON",
        "{}x | the header is not sound JSON",
        "{}{} | the header goes on after its closing",
        "{'a':1} | tensor 'a' is not described by an object",
        "{'a':{}} | tensor 'a' needs a dtype, a shape and two data_offsets",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'x':1}} | tensor 'a' has the unknown field 'x'",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}} | tensor 'a' needs a dtype, a shape and two",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,8]}} | data_offsets has more than 2 entries",
        "{'a':{'dtype':'Q4','shape':[2],'data_offsets':[0,8]}} | tensor 'a' has dtype 'Q4'; read are [F64, F32",
        "{'a':{'dtype':'f32','shape':[2],'data_offsets':[0,8]}} | has dtype 'f32'",
        "{'a':{'dtype':4,'shape':[2],'data_offsets':[0,8]}} | has dtype '4'",
        "{'a':{'dtype':'F32','shape':2,'data_offsets':[0,8]}} | tensor 'a': shape is not an array",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | shape has the entry -2",
        "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}} | shape has the entry 2.0",
        "{'a':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}} | shape has the entry 2;",
        "{'a':{'dtype':'F32','shape':[null],'data_offsets':[0,8]}} | shape has the entry null",
        "{'a':{'dtype':'F32','shape':[9223372036854775808],'data_offsets':[0,8]}} | give integers from 0",
        "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}} | more than 2^63 - 1 bytes",
        "{'a':{'dtype':'F32','shape':[2305843009213693952],'data_offsets':[0,8]}} | more than 2^63 - 1 bytes",
        "{'a':{'dtype':'F32','shape':[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2],'data_offsets':[0,8]}} | more than 16 entries",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | shape [3] has 12 bytes, but data_offsets [0, 8]",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | has 8 bytes, but data_offsets [8, 0]",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[-8,0]}} | data_offsets has the entry -8",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}} | take 12 bytes, but 8 follow the header; the file is cut short",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | take 4 bytes, but 8 follow the header",
        "{} | take 0 bytes, but 8 follow the header",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | begins at data byte 4, after a gap (expected 0)",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[2,6]}} | tensor 'b' begins at data byte 2, inside the one before it",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | inside the one before it",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | Duplicate",
        "{'a':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}} | Duplicate",
        "{'__metadata__':1} | __metadata__ is not an object",
        "{'__metadata__':{'a':1}} | __metadata__ 'a' is no text",
        "{'a':[[[[[[]]]]]]} | tensor 'a' is not described by an object",
        "{'a':{'dtype':'F32','shape':[[[2]]],'data_offsets':[0,8]}} | nesting depth",
        "{'a':{'dtype':'F32','shape':[1e400],'data_offsets':[0,8]}} | shape has the entry",
      })
  void malformedHeadersAreRefusedByName(String header, String message) {
    assertThatThrownBy(() -> reader(file(header, new int[8])))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageStartingWith("test: ")
        .hasMessageContaining(message);
  }

  @Test
  void lengthsThatDoNotFitAreRefusedBeforeAnythingIsAllocated() {
    for (long length :
        new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, SafetensorsHeader.MAX_BYTES + 1}) {
      assertThatThrownBy(() -> reader(withLength(length, "{}")))
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContaining("the limit is 16777216");
    }
    assertThatThrownBy(() -> reader(withLength(3, "{}")))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("but 2 follow its length");
    for (int bytes = 0; bytes < 8; bytes++) {
      byte[] few = new byte[bytes];
      assertThatThrownBy(() -> reader(few))
          .isInstanceOf(SafetensorsException.class)
          .hasMessageContaining("too few for a header");
    }
  }

  @Test
  void aHeaderThatIsNotUtf8IsRefused() {
    byte[] file = file("{'aaa':{}}");
    file[11] = (byte) 0xc3;
    assertThatThrownBy(() -> reader(file))
        .isInstanceOf(SafetensorsException.class)
        .hasMessage("test: the header is not UTF-8");
  }

  @Test
  void aFileCutWhileItIsReadIsRefused() throws IOException {
    byte[] file = file("{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}", new int[8]);
    SafetensorsReader reader =
        new SafetensorsReader(
            Channels.newChannel(new ByteArrayInputStream(file, 0, file.length - 1)),
            file.length,
            "test");

    assertThatThrownBy(() -> reader.readFloats(reader.header().tensors().get(0), new float[2], 0))
        .isInstanceOf(SafetensorsException.class)
        .hasMessageContaining("ends early");
  }

  @Test
  void thereMayBeNothingInAFile() throws IOException {
    assertThat(reader(file("{}  ")).header().tensors()).isEmpty();
    assertThat(reader(file("{'__metadata__':{'ü':'\\n'}}")).header().metadata())
        .isEqualTo(Map.of("ü", "\n"));
  }

  @Test
  void theWriterRefusesWhatTheReaderWould() {
    SafetensorsWriter writer =
        new SafetensorsWriter(Map.of("long", "x".repeat(SafetensorsHeader.MAX_BYTES)));

    assertThatThrownBy(() -> writer.writeTo(new ByteArrayOutputStream()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** A tensor of all 65,536 values of two bytes, read as floats. */
  private static float[] readEveryShort(String dtype) throws IOException {
    int[] data = new int[2 * 65_536];
    for (int half = 0; half < 65_536; half++) {
      data[2 * half] = half & 0xff;
      data[2 * half + 1] = half >>> 8;
    }
    String header = "{'a':{'dtype':'%s','shape':[65536],'data_offsets':[0,131072]}}";
    SafetensorsReader reader = reader(file(header.formatted(dtype), data));
    float[] floats = new float[65_536];
    reader.readFloats(reader.header().tensors().get(0), floats, 0);
    return floats;
  }

  /** A file with the given header, in which single quotes stand for double ones. */
  private static byte[] file(String header, int... data) {
    byte[] head = withLength(-2, header.replace('\'', '"'));
    byte[] file = Arrays.copyOf(head, head.length + data.length);
    for (int i = 0; i < data.length; i++) {
      file[head.length + i] = (byte) data[i];
    }
    return file;
  }

  /** -2: the true length. */
  private static byte[] withLength(long length, String header) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length == -2 ? json.length : length)
        .put(json)
        .array();
  }

  private static SafetensorsReader reader(byte[] file) throws IOException {
    return new SafetensorsReader(
        Channels.newChannel(new ByteArrayInputStream(file)), file.length, "test");
  }
}
