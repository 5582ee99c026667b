package io.plateau.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.MutatedInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MutatedDataTest {
  private static final long MEGABYTE = 1 << 20;

  @TempDir Path folder;

  @Test
  void fiveHundredPlainIdxFiles() throws IOException {
    assertThat(checkImages(IdxFiles.of(IdxFiles.bytes(20 * 6 * 5), 20, 6, 5), 1))
        .isBetween(200, 499);
  }

  @Test
  void fiveHundredZippedIdxFiles() throws IOException {
    assertThat(checkImages(IdxFiles.zip(IdxFiles.of(IdxFiles.bytes(20 * 6 * 5), 20, 6, 5)), 2))
        .isBetween(200, 500);
  }

  @Test
  void fiveHundredLabelFiles() throws IOException {
    Path images = Files.write(folder.resolve("images"), IdxFiles.of(IdxFiles.bytes(120), 20, 3, 2));
    Path labels = folder.resolve("labels");

    int refused =
        MutatedInput.check(
            IdxFiles.of(new byte[20], 20),
            500,
            3,
            4 * MEGABYTE,
            input -> {
              Files.write(labels, input);
              use(IdxSource.read(images, labels, "mutated", Split.ALL, OptionalInt.empty()));
            },
            DatasetException.class);

    assertThat(refused).isBetween(200, 499);
  }

  @Test
  void fiveHundredSampleFiles() throws IOException {
    Path file = folder.resolve("inputs.safetensors");
    byte[] sound =
        Files.readAllBytes(Path.of("src/test/resources/golden/tanh_deep/inputs.safetensors"));

    int refused =
        MutatedInput.check(
            sound,
            500,
            4,
            4 * MEGABYTE,
            input -> {
              Files.write(file, input);
              use(SafetensorsSource.read(file, "mutated", OptionalInt.empty()));
            },
            DatasetException.class);

    assertThat(refused).isBetween(200, 499);
  }

  private int checkImages(byte[] sound, long seed) throws IOException {
    Path labels = Files.write(folder.resolve("labels"), IdxFiles.of(new byte[20], 20));
    Path images = folder.resolve("images");
    return MutatedInput.check(
        sound,
        500,
        seed,
        4 * MEGABYTE,
        input -> {
          Files.write(images, input);
          use(IdxSource.read(images, labels, "mutated", Split.ALL, OptionalInt.empty()));
        },
        DatasetException.class);
  }

  /** What is accepted can be used. */
  private static void use(Dataset dataset) {
    int sampleSize = (int) dataset.sampleShape().size();
    dataset.read(0, dataset.size(), new float[dataset.size() * sampleSize], 0);
    assertThat(dataset.digest()).hasSize(64);
    assertThat(dataset.classCounts()).hasSize(dataset.classes());
  }
}
