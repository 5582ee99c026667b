package io.plateau.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.MutatedInput;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.safetensors.SafetensorsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutatedCheckpointTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final long MEGABYTE = 1 << 20;

  @TempDir Path folder;

  @Test
  void fiveHundredTensorFiles() throws IOException {
    byte[] sound = Files.readAllBytes(GOLDEN.resolve("fcn4_zero_b0/final.safetensors"));
    NetworkSpec network = PairDirectory.read(GOLDEN.resolve("fcn4_zero_b0")).network();

    int refused =
        MutatedInput.check(
            sound,
            500,
            1,
            MEGABYTE,
            input ->
                ParameterFile.read(
                    Channels.newChannel(new ByteArrayInputStream(input)),
                    input.length,
                    "mutated",
                    ParameterLayout.of(network)),
            SafetensorsException.class);

    assertThat(refused).isBetween(200, 499);
  }

  @Test
  void fiveHundredManifests() {
    byte[] sound = ManifestJson.write(TestPairs.manifest("a"));

    int refused =
        MutatedInput.check(
            sound,
            500,
            2,
            4 * MEGABYTE,
            input -> {
              Manifest manifest = ManifestJson.read(input, "manifest.json");
              // What is accepted is a manifest in every respect.
              assertThat(ManifestJson.read(ManifestJson.write(manifest), "manifest.json"))
                  .isEqualTo(manifest);
            },
            CheckpointException.class);

    assertThat(refused).isBetween(200, 499);
  }

  @Test
  void fiveHundredArchitectures() throws IOException {
    byte[] sound = Files.readAllBytes(GOLDEN.resolve("conv_small/architecture.json"));

    int refused =
        MutatedInput.check(
            sound,
            500,
            3,
            4 * MEGABYTE,
            input -> ManifestJson.readArchitecture(input, "architecture.json"),
            CheckpointException.class);

    assertThat(refused).isBetween(200, 499);
  }

  @Test
  void fiveHundredDamagedPairsInAStore() throws IOException {
    try (CheckpointStore store = LocalCheckpointStore.open(folder)) {
      TestPairs.store(store, "a", 1);
      store.saveResumeState("t", out -> out.write(new byte[100]));
      Path end = folder.resolve("pairs/a/final.safetensors");
      byte[] soundEnd = Files.readAllBytes(end);
      Path state = folder.resolve("resume/t.state");
      byte[] soundState = Files.readAllBytes(state);

      MutatedInput.check(
          soundEnd,
          500,
          4,
          4 * MEGABYTE,
          input -> {
            Files.write(end, input);
            float[] read = store.read("a", End.MINIMIZER).toArray();
            // Only what was stored passes the digest.
            assertThat(read).isEqualTo(TestPairs.parameters(2).toArray());
          },
          CheckpointException.class);
      assertThat(store.verify("a")).isNotNull();
      MutatedInput.check(
          soundState,
          500,
          5,
          MEGABYTE,
          input -> {
            Files.write(state, input);
            Optional<InputStream> read = store.readResumeState("t");
            try (InputStream in = read.orElseThrow()) {
              assertThat(in.readAllBytes()).isEqualTo(new byte[100]);
            }
          },
          CheckpointException.class);
      assertThat(store.list()).containsExactly("a");
      assertThat(store.listUncommitted()).isEmpty();
      assertThat(store.listResumeStates()).containsExactly("t");
    }
  }
}
