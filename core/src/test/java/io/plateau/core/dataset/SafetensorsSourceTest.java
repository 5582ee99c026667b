package io.plateau.core.dataset;

import static io.plateau.core.dataset.IdxSourceTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.dataset.DatasetException.Reason;
import io.plateau.core.network.TensorShape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsSourceTest extends DatasetContract {
  @TempDir Path folder;

  @Override
  Dataset open() {
    ByteBuffer data = ByteBuffer.wrap(new byte[4 * 42 + 8 * 7]).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 42; i++) {
      data.putFloat(value(i / 6, i % 6));
    }
    for (int label : LABELS) {
      data.putLong(label);
    }
    return read(
        "'x':{'dtype':'F32','shape':[7,2,3],'data_offsets':[0,168]},"
            + "'y':{'dtype':'I64','shape':[7],'data_offsets':[168,224]}",
        data.array());
  }

  @Test
  void theGoldenInputsAreReadWithTheDigestOfAnIndependentProgram() {
    Dataset dataset =
        PathSource.read(
            Path.of("src/test/resources/golden/fcn3/inputs.safetensors"),
            "fcn3",
            Split.ALL,
            OptionalInt.empty());

    assertThat(dataset.size()).isEqualTo(200);
    assertThat(dataset.sampleShape()).isEqualTo(TensorShape.of(20));
    assertThat(dataset.classes()).isEqualTo(5);
    assertThat(dataset.digest())
        .isEqualTo("fc7faf2e9d340a5339747a95139a11fef4f3f44ea4ecf9543f4fdee378abcec7");
    assertRefused(
        Reason.INVALID_REQUEST,
        "split: inputs.safetensors is one file",
        () ->
            PathSource.read(
                Path.of("src/test/resources/golden/fcn3/inputs.safetensors"),
                "fcn3",
                Split.TEST,
                OptionalInt.empty()));
  }

  @Test
  void classesMayBeMoreThanTheLabelsShow() {
    assertThat(
            SafetensorsSource.read(
                    Path.of("src/test/resources/golden/fcn3/inputs.safetensors"),
                    "fcn3",
                    OptionalInt.of(7))
                .classCounts())
        .hasSize(7)
        .endsWith(0, 0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'x':{'dtype':'F32','shape':[2,1],'data_offsets':[0,8]} | has no tensor 'y'",
        "'y':{'dtype':'I32','shape':[2],'data_offsets':[0,8]} | has no tensor 'x'",
        "'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'y':{'dtype':'U8','shape':[2],'data_offsets':[8,10]} | x has shape [2]; give",
        "'x':{'dtype':'F32','shape':[1,1,1,1,2],'data_offsets':[0,8]},'y':{'dtype':'U8','shape':[1],'data_offsets':[8,9]} | give [N, D], [N, H, W] or [N, C, H, W]",
        "'x':{'dtype':'U8','shape':[2,4],'data_offsets':[0,8]},'y':{'dtype':'U8','shape':[2],'data_offsets':[8,10]} | x is U8; give F32",
        "'x':{'dtype':'F32','shape':[2,1],'data_offsets':[0,8]},'y':{'dtype':'U8','shape':[3],'data_offsets':[8,11]} | y has shape [3]; x of shape [2, 1] needs [2]",
        "'x':{'dtype':'F32','shape':[2,1],'data_offsets':[0,8]},'y':{'dtype':'U8','shape':[2,1],'data_offsets':[8,10]} | y has shape [2, 1]",
        "'x':{'dtype':'F32','shape':[2,1],'data_offsets':[0,8]},'y':{'dtype':'F16','shape':[2],'data_offsets':[8,12]} | tensor 'y' is F16; give integers",
        "'x':{'dtype':'F32','shape':[0,1],'data_offsets':[0,0]},'y':{'dtype':'U8','shape':[0],'data_offsets':[0,0]} | holds no sample",
        "'x':{'dtype':'F32','shape':[2,0],'data_offsets':[0,0]},'y':{'dtype':'U8','shape':[2],'data_offsets':[0,2]} | which makes no samples",
        "'x':{'dtype':'F32','shape':[0,4294967296],'data_offsets':[0,0]},'y':{'dtype':'U8','shape':[0],'data_offsets':[0,0]} | which makes no samples",
        "'x':{'dtype':'F16','shape':[1,1],'data_offsets':[0,2]},'y':{'dtype':'I8','shape':[1],'data_offsets':[2,3]} | label -1 of sample 0 is outside 0..9999",
      })
  void otherTensorsAreRefused(String header, String message) {
    int end = Integer.parseInt(header.replaceAll(".*,(\\d+)]}$", "$1"));
    byte[] data = new byte[end];
    if (header.contains("I8")) {
      data[2] = -1;
    }

    assertRefused(Reason.MALFORMED, message, () -> read(header, data));
  }

  @Test
  void whatIsNoSafetensorsIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "a text of some length");
    assertRefused(
        Reason.MALFORMED,
        "text: the header is said to have",
        () -> SafetensorsSource.read(file, "text", OptionalInt.empty()));
    assertRefused(
        Reason.NOT_FOUND,
        "there is no such file",
        () -> SafetensorsSource.read(folder.resolve("none"), "none", OptionalInt.empty()));
  }

  private Dataset read(String tensors, byte[] data) {
    byte[] header = ("{" + tensors.replace('\'', '"') + "}").getBytes(StandardCharsets.UTF_8);
    byte[] file = new byte[8 + header.length + data.length];
    ByteBuffer.wrap(file)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .put(data);
    Path path = folder.resolve("inputs.safetensors");
    try {
      Files.write(path, file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return SafetensorsSource.read(path, "inputs", OptionalInt.empty());
  }
}
