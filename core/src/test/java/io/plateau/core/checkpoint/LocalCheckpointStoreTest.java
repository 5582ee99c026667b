package io.plateau.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.checkpoint.CheckpointException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalCheckpointStoreTest extends CheckpointStoreContract {
  @TempDir Path root;

  @Override
  CheckpointStore openStore() {
    return LocalCheckpointStore.open(root);
  }

  @Test
  void aPairIsADirectoryOfThreeFiles() throws IOException {
    try (CheckpointStore store = openStore()) {
      TestPairs.store(store, "a", 1);

      assertThat(names(root.resolve("pairs/a")))
          .containsExactly("final.safetensors", "init.safetensors", "manifest.json");
      PairDirectory directory = PairDirectory.read(root.resolve("pairs/a"));
      assertThat(directory.manifest()).contains(store.manifest("a"));
      assertThat(directory.minimizer().toArray()).isEqualTo(TestPairs.parameters(2).toArray());
    }
  }

  @Test
  void damageIsFoundAndNamed() throws IOException {
    try (CheckpointStore store = openStore()) {
      Manifest manifest = TestPairs.store(store, "a", 1);
      Path end = root.resolve("pairs/a/init.safetensors");
      byte[] bytes = Files.readAllBytes(end);
      bytes[bytes.length - 1] ^= 1;
      Files.write(end, bytes);

      assertRefused(
          Reason.CORRUPT,
          "pair 'a': init.safetensors: has SHA-256",
          () -> store.read("a", End.INITIALIZATION));
      assertThat(store.verify("a")).hasSize(1).first().asString().contains("init.safetensors");
      Files.write(end, Arrays.copyOf(bytes, bytes.length - 1));
      assertRefused(
          Reason.CORRUPT,
          "init.safetensors: has "
              + (bytes.length - 1)
              + " bytes; the manifest says "
              + manifest.initial().bytes(),
          () -> store.open("a"));
      Files.delete(end);
      assertRefused(Reason.CORRUPT, "init.safetensors: is missing", () -> store.open("a"));
      assertThat(store.read("a", End.MINIMIZER).toArray())
          .isEqualTo(TestPairs.parameters(2).toArray());
    }
  }

  @Test
  void aManifestOfAnotherPairIsRefused() throws IOException {
    try (CheckpointStore store = openStore()) {
      TestPairs.store(store, "a", 1);
      Files.move(root.resolve("pairs/a"), root.resolve("pairs/b"));

      assertRefused(Reason.CORRUPT, "manifest.json: pair: is 'a'", () -> store.manifest("b"));
    }
  }

  @Test
  void damagedResumeStatesAreRefused() throws IOException {
    try (CheckpointStore store = openStore()) {
      store.saveResumeState("t", out -> out.write(new byte[1000]));
      Path state = root.resolve("resume/t.state");
      byte[] bytes = Files.readAllBytes(state);
      for (int length : List.of(0, 31, 32, 999, 1031)) {
        Files.write(state, Arrays.copyOf(bytes, length));
        assertRefused(Reason.CORRUPT, "training 't' is damaged", () -> store.readResumeState("t"));
      }
      bytes[500] = 1;
      Files.write(state, bytes);
      assertRefused(Reason.CORRUPT, "training 't' is damaged", () -> store.readResumeState("t"));
    }
  }

  @Test
  void symbolicLinksAreNotFollowed() throws IOException {
    Path outside = Files.createDirectory(root.resolve("outside"));
    Files.writeString(outside.resolve("precious"), "kept");
    try (CheckpointStore store = openStore()) {
      TestPairs.store(store, "a", 1);
      Path end = root.resolve("pairs/a/init.safetensors");
      Path target = Files.move(end, outside.resolve("init.safetensors"));
      Files.createSymbolicLink(end, target);
      assertRefused(
          Reason.CORRUPT,
          "init.safetensors: is not a regular file",
          () -> store.read("a", End.INITIALIZATION));

      Files.createSymbolicLink(root.resolve("pairs/linked"), outside);
      Files.createSymbolicLink(root.resolve("uncommitted/linked"), outside);
      assertThat(store.list()).containsExactly("a");
      assertThat(store.listUncommitted()).isEmpty();
      assertRefused(
          Reason.UNAVAILABLE,
          "can't write init.safetensors of pair 'linked'",
          () -> store.writeEnd("linked", End.INITIALIZATION, TestPairs.parameters(1), 0, 0));
      store.discard("linked");
      store.delete("linked");
      store.delete("a");
      assertThat(names(outside)).containsExactly("init.safetensors", "precious");
    }
  }

  @Test
  void leftoversOfADeadProcessGoAndThoseOfALivingOneStay() throws IOException {
    Path temporary = root.resolve("temporary");
    try (CheckpointStore neighbour = openStore();
        CheckpointStore store = openStore()) {
      Files.createDirectories(temporary.resolve("1-2-dead/folder"));
      Files.writeString(temporary.resolve("1-2-dead/folder/half"), "written");
      Files.writeString(temporary.resolve("1-2-dead.lock"), "");
      Files.writeString(temporary.resolve("3-4-dead.lock"), "");
      try (CheckpointStore third = openStore()) {
        assertThat(names(temporary)).noneMatch(name -> name.contains("dead")).hasSize(9);
        TestPairs.store(neighbour, "a", 1);
        TestPairs.store(store, "b", 3);
        TestPairs.store(third, "c", 5);
        assertThat(third.list()).containsExactly("a", "b", "c");
      }
    }
    assertThat(names(temporary)).hasSize(3);
  }

  @Test
  void aStoreOpenedForReadingWritesNothing() throws IOException {
    assertRefused(
        Reason.NOT_FOUND,
        "is not a store",
        () -> LocalCheckpointStore.openReadOnly(root.resolve("nowhere")));
    try (CheckpointStore store = openStore()) {
      TestPairs.store(store, "a", 1);
    }
    try (CheckpointStore reader = LocalCheckpointStore.openReadOnly(root)) {
      assertThat(reader.open("a").manifest().pair()).isEqualTo("a");
      assertRefused(Reason.INVALID_REQUEST, "reading only", () -> reader.delete("a"));
      assertRefused(Reason.INVALID_REQUEST, "reading only", () -> TestPairs.store(reader, "b", 1));
      assertThat(reader.list()).containsExactly("a");
    }
  }

  @Test
  void aFileInPlaceOfTheStoreIsAClearError() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");

    assertRefused(
        Reason.UNAVAILABLE, "can't be opened", () -> LocalCheckpointStore.open(file).close());
  }

  @Test
  void whatIsNotAPairIsNotListed() throws IOException {
    try (CheckpointStore store = openStore()) {
      Files.createDirectories(root.resolve("pairs/halfway"));
      Files.createDirectories(root.resolve("pairs/Not-An-Id"));
      Files.writeString(root.resolve("pairs/file"), "");

      assertThat(store.list()).isEmpty();
      StoredEnd end = store.writeEnd("halfway", End.INITIALIZATION, TestPairs.parameters(1), 0, 0);
      StoredEnd other = store.writeEnd("halfway", End.MINIMIZER, TestPairs.parameters(1), 0, 0);
      assertRefused(
          Reason.EXISTS,
          "exists already",
          () -> store.commit(TestPairs.manifest("halfway", end, other, new TreeMap<>(Map.of()))));
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
