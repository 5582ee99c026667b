package io.plateau.core.checkpoint;

import static io.plateau.core.checkpoint.CheckpointStoreContract.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.checkpoint.CheckpointException.Reason;
import io.plateau.core.network.TensorShape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pairs that another program made, each with an architecture and no manifest. */
class PairDirectoryTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"fcn3", "fcn4_zero_b0", "conv_small", "tanh_deep"})
  void foreignPairsAreReadAndWrittenBackToTheByte(String name) throws IOException {
    PairDirectory pair = PairDirectory.read(GOLDEN.resolve(name));

    assertThat(pair.manifest()).isEmpty();
    byte[] stored = Files.readAllBytes(GOLDEN.resolve(name).resolve("init.safetensors"));
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("case", name);
    metadata.put("end", "init");
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    ParameterFile.write(pair.initialization(), metadata, written);
    assertThat(written.toByteArray()).isEqualTo(stored);
  }

  @Test
  void valuesStandInTheLayoutsOrder() throws IOException {
    PairDirectory pair = PairDirectory.read(GOLDEN.resolve("fcn3"));

    assertThat(pair.network().input()).isEqualTo(TensorShape.of(20));
    assertThat(pair.minimizer().layout().size()).isEqualTo(2420 / 4);
    byte[] stored = Files.readAllBytes(GOLDEN.resolve("fcn3/final.safetensors"));
    ByteBuffer data =
        ByteBuffer.wrap(stored, stored.length - 2420, 2420).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 2420 / 4; i++) {
      assertThat(pair.minimizer().value(i)).isEqualTo(data.getFloat());
    }
  }

  @Test
  void tensorsThatAreNotTheNetworksAreNamed() throws IOException {
    copy("fcn3");
    replaceArchitecture("\"out\": 12", "\"out\": 13");
    assertRefused(
        Reason.CORRUPT,
        "init.safetensors: tensor 'layers.2.weight' has shape [12, 16]; the network needs [13, 16]",
        () -> PairDirectory.read(folder));

    copy("fcn3");
    replaceArchitecture(
        "{\"type\": \"dense\", \"out\": 5}",
        "{\"type\": \"dense\", \"out\": 5, \"bias\": \"none\"}");
    assertRefused(
        Reason.CORRUPT,
        "the tensors are not those of the network; unexpected: layers.3.bias",
        () -> PairDirectory.read(folder));

    copy("fcn3");
    replaceArchitecture(
        "{\"type\": \"dense\", \"out\": 5}",
        "{\"type\": \"dense\", \"out\": 5}, {\"type\": \"dense\", \"out\": 5}");
    assertRefused(
        Reason.CORRUPT,
        "missing: layers.4.weight, layers.4.bias (a layer without bias",
        () -> PairDirectory.read(folder));
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    assertRefused(
        Reason.NOT_FOUND,
        "is not a directory",
        () -> PairDirectory.read(folder.resolve("nowhere")));
    assertRefused(
        Reason.NOT_FOUND,
        "has neither manifest.json nor architecture.json",
        () -> PairDirectory.read(folder));
    copy("fcn3");
    Files.delete(folder.resolve("final.safetensors"));
    assertRefused(Reason.NOT_FOUND, "has no final.safetensors", () -> PairDirectory.read(folder));
    Files.writeString(folder.resolve("architecture.json"), "{\"input\": [20]}");
    assertRefused(Reason.CORRUPT, "architecture.json: layers: ", () -> PairDirectory.read(folder));
    Files.writeString(
        folder.resolve("architecture.json"),
        "{\"input\": [2147483647, 2147483647, 2147483647], \"classes\": 2, \"layers\": ["
            + "{\"type\": \"flatten\"}, {\"type\": \"dense\", \"out\": 2}]}");
    assertRefused(
        Reason.CORRUPT,
        "architecture.json: shape: [2147483647, 2147483647, 2147483647] has more elements",
        () -> PairDirectory.read(folder));
  }

  private void copy(String name) throws IOException {
    for (String file :
        new String[] {"init.safetensors", "final.safetensors", "architecture.json"}) {
      Files.write(folder.resolve(file), Files.readAllBytes(GOLDEN.resolve(name).resolve(file)));
    }
  }

  private void replaceArchitecture(String part, String replacement) throws IOException {
    Path file = folder.resolve("architecture.json");
    String json = Files.readString(file);
    assertThat(json).contains(part);
    Files.writeString(file, json.replace(part, replacement));
  }
}
