package io.plateau.core.dataset;

import static io.plateau.core.dataset.IdxSourceTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.dataset.DatasetException.Reason;
import io.plateau.core.network.TensorShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetRegistryTest {
  private final DatasetRegistry bundled = new DatasetRegistry(Map.of());

  @TempDir Path folder;

  /** The digests are those that another program computed from the original files. */
  @ParameterizedTest
  @CsvSource({
    "mnist-10k,TRAIN,1000,c042cf1d8c121890c622992f0cbfb5156801d906bf92eb643f426c43f1071a21",
    "mnist-10k,TEST,200,952776288d84b2c8b1decfeb10be0e238b06e125d45349c048e697648a36ebe5",
    "fashion-mnist-10k,TRAIN,1000,ccdbdbb040e6a415065d1d5b322a1b2d822beafdc69e7182df825707e95cfc3a",
    "fashion-mnist-10k,TEST,200,90772fe177956fedf714c2c258c7ca66a97dfd095bbd1b66cd86c7b28d4c949d"
  })
  void theBundledSubsetsAreWhatTheySay(String name, Split split, int perClass, String digest) {
    Dataset dataset = bundled.open(name, split);

    assertThat(dataset.name()).isEqualTo(name);
    assertThat(dataset.split()).isEqualTo(split);
    assertThat(dataset.sampleShape()).isEqualTo(TensorShape.of(1, 28, 28));
    assertThat(dataset.classCounts()).isEqualTo(Collections.nCopies(10, perClass));
    assertThat(dataset.digest()).isEqualTo(digest);
  }

  @Test
  void theNameOfTheWholeSetOpensTheSubsetAndSaysSo() {
    assertThat(bundled.open("mnist", Split.TEST).name()).isEqualTo("mnist-10k");
    assertThat(bundled.list())
        .extracting(DatasetRegistry.Entry::name)
        .containsExactly("fashion-mnist", "fashion-mnist-10k", "mnist", "mnist-10k");
    assertThat(bundled.list())
        .filteredOn(entry -> entry.name().equals("mnist"))
        .containsExactly(
            new DatasetRegistry.Entry(
                "mnist", "no folder is given for the whole set; opens mnist-10k", "mnist-10k"));
  }

  @Test
  void aFolderUnderTheWholeSetsNameMustHoldTheWholeSet() throws IOException {
    writeFolder();
    DatasetRegistry registry = new DatasetRegistry(Map.of("mnist", folder, "mine", folder));

    assertRefused(
        Reason.DIGEST_MISMATCH,
        "train-images-idx3-ubyte: has SHA-256",
        () -> registry.open("mnist", Split.TRAIN));
    assertThat(registry.open("mine", Split.TRAIN).name()).isEqualTo("mine");
    assertThat(registry.list())
        .extracting(DatasetRegistry.Entry::opens)
        .containsExactly("fashion-mnist-10k", "fashion-mnist-10k", "mine", "mnist", "mnist-10k");
  }

  @Test
  void namesThatCannotBeAreRefused() {
    assertRefused(
        Reason.NOT_FOUND,
        "there is no data set 'cifar'; known are fashion-mnist, fashion-mnist-10k, mnist, mnist-10k",
        () -> bundled.open("cifar", Split.TRAIN));
    assertRefused(
        Reason.INVALID_REQUEST,
        "datasets.mnist-10k: is the name of a bundled set",
        () -> new DatasetRegistry(Map.of("mnist-10k", folder)));
    assertRefused(
        Reason.INVALID_REQUEST,
        "datasets.Mine: is not a name",
        () -> new DatasetRegistry(Map.of("Mine", folder)));
    assertRefused(Reason.INVALID_REQUEST, "split: ", () -> bundled.open("mnist-10k", Split.ALL));
  }

  @Test
  void aReferenceOpensTheSameSamplesOrNone() throws IOException {
    Subset subset = new Subset(List.of(3, 8), OptionalInt.of(20), OptionalInt.of(30));
    Dataset used = subset.of(bundled.open("mnist", Split.TEST));
    DatasetReference reference = DatasetReference.of(used, subset);

    assertThat(reference.name()).isEqualTo("mnist-10k");
    assertThat(reference.count()).isEqualTo(30);
    assertThat(bundled.open(reference).digest()).isEqualTo(used.digest());

    writeFolder();
    DatasetRegistry registry = new DatasetRegistry(Map.of("mine", folder));
    DatasetReference mine =
        DatasetReference.of(registry.open("mine", Split.TRAIN), Subset.EVERYTHING);
    assertThat(registry.open(mine).size()).isEqualTo(4);
    Files.write(
        folder.resolve("train-images-idx3-ubyte"), IdxFiles.of(IdxFiles.bytes(16), 4, 2, 2));
    assertThat(registry.open(mine).size()).isEqualTo(4);
    Files.write(folder.resolve("train-images-idx3-ubyte"), IdxFiles.of(new byte[16], 4, 2, 2));
    assertRefused(
        Reason.DIGEST_MISMATCH, "are not those of the reference", () -> registry.open(mine));
    assertRefused(
        Reason.NOT_FOUND,
        "the whole set 'mnist' is needed",
        () ->
            bundled.open(
                new DatasetReference(
                    "mnist",
                    Split.TRAIN,
                    Subset.EVERYTHING,
                    1,
                    List.of(1),
                    "ab".repeat(32),
                    "none")));
  }

  private void writeFolder() throws IOException {
    Files.write(
        folder.resolve("train-images-idx3-ubyte"), IdxFiles.of(IdxFiles.bytes(16), 4, 2, 2));
    Files.write(folder.resolve("train-labels-idx1-ubyte"), IdxFiles.of(new byte[] {0, 1, 1, 0}, 4));
  }
}
