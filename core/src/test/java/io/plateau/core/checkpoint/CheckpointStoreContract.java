package io.plateau.core.checkpoint;

import static io.plateau.core.checkpoint.TestPairs.parameters;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.core.checkpoint.CheckpointException.Reason;
import io.plateau.core.file.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every checkpoint store does; each implementation runs all of it. */
abstract class CheckpointStoreContract {
  private CheckpointStore store;

  /** Opens a store on the same place each time within one test. */
  abstract CheckpointStore openStore();

  @BeforeEach
  final void open() {
    store = openStore();
  }

  @AfterEach
  final void close() {
    store.close();
  }

  @Test
  void aPairIsReadAsItWasWritten() {
    Manifest manifest = TestPairs.store(store, "a", 1);

    CheckpointPair pair = store.open("a");

    assertThat(pair.manifest()).isEqualTo(manifest);
    assertThat(pair.initialization().toArray()).isEqualTo(parameters(1).toArray());
    assertThat(pair.minimizer().toArray()).isEqualTo(parameters(2).toArray());
    assertThat(store.verify("a")).isEmpty();
    assertThat(store.list()).containsExactly("a");
    assertThat(store.listUncommitted()).isEmpty();
  }

  @Test
  void nothingIsVisibleBeforeTheCommit() {
    store.writeEnd("a", End.INITIALIZATION, parameters(1), 1, 0.5);
    store.writeEnd("a", End.MINIMIZER, parameters(2), 0, 0);

    assertThat(store.list()).isEmpty();
    assertThat(store.exists("a")).isFalse();
    assertThat(store.listUncommitted()).containsExactly("a");
    assertRefused(Reason.NOT_FOUND, "there is no pair 'a'", () -> store.manifest("a"));
    assertRefused(
        Reason.NOT_FOUND, "there is no pair 'a'", () -> store.read("a", End.INITIALIZATION));
  }

  @Test
  void endsWrittenEarlierOutliveTheStore() {
    StoredEnd initial = store.writeEnd("a", End.INITIALIZATION, parameters(1), 1, 0.5);
    store.close();
    store = openStore();
    StoredEnd minimizer = store.writeEnd("a", End.MINIMIZER, parameters(2), 0, 0);

    store.commit(TestPairs.manifest("a", initial, minimizer, new TreeMap<>()));

    assertThat(store.verify("a")).isEmpty();
  }

  @Test
  void epochsInBetweenAreEndsToo() {
    StoredEnd initial = store.writeEnd("a", End.INITIALIZATION, parameters(1), 1, 0.5);
    StoredEnd epoch = store.writeEnd("a", End.ofEpoch(12), parameters(5), 0.5, 0.25);
    store.writeEnd("a", End.ofEpoch(13), parameters(6), 0.5, 0.25);
    StoredEnd minimizer = store.writeEnd("a", End.MINIMIZER, parameters(2), 0, 0);
    store.commit(TestPairs.manifest("a", initial, minimizer, new TreeMap<>(Map.of(12, epoch))));

    assertThat(store.read("a", End.ofEpoch(12)).toArray()).isEqualTo(parameters(5).toArray());
    assertThat(store.verify("a")).isEmpty();
    assertRefused(
        Reason.NOT_FOUND,
        "pair 'a' has no checkpoint of epoch 13; it has [12]",
        () -> store.read("a", End.ofEpoch(13)));
  }

  @Test
  void aPairIsNeverReplaced() {
    Manifest first = TestPairs.store(store, "a", 1);

    assertRefused(Reason.EXISTS, "pair 'a' exists already", () -> TestPairs.store(store, "a", 3));

    assertThat(store.manifest("a")).isEqualTo(first);
    assertThat(store.open("a").minimizer().toArray()).isEqualTo(parameters(2).toArray());
    store.discard("a");
    assertThat(store.listUncommitted()).isEmpty();
  }

  @Test
  void aCommitNeedsTheEndsThatItNames() {
    StoredEnd initial = store.writeEnd("a", End.INITIALIZATION, parameters(1), 1, 0.5);
    Manifest without = TestPairs.manifest("a", initial, initial, new TreeMap<>());
    assertRefused(
        Reason.INVALID_REQUEST, "final.safetensors was not written", () -> store.commit(without));

    store.writeEnd("a", End.MINIMIZER, parameters(2), 0, 0);
    assertRefused(Reason.INVALID_REQUEST, "final.safetensors: has", () -> store.commit(without));
    assertThat(store.list()).isEmpty();
  }

  @Test
  void aDeletedPairIsGoneAndItsIdIsFree() {
    TestPairs.store(store, "a", 1);

    assertThat(store.delete("a")).isTrue();

    assertThat(store.list()).isEmpty();
    assertRefused(Reason.NOT_FOUND, "there is no pair 'a'", () -> store.manifest("a"));
    assertThat(store.delete("a")).isFalse();
    TestPairs.store(store, "a", 5);
    assertThat(store.verify("a")).isEmpty();
  }

  @Test
  void filesAreReadFromAnyOffset() throws IOException {
    Manifest manifest = TestPairs.store(store, "a", 1);
    byte[] whole;
    try (InputStream in = store.openFile("a", End.MINIMIZER, 0)) {
      whole = in.readAllBytes();
    }

    assertThat(whole).hasSize((int) manifest.minimizer().bytes());
    assertThat(Sha256.of(whole)).isEqualTo(manifest.minimizer().sha256());
    try (InputStream in = store.openFile("a", End.MINIMIZER, 100)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(whole, 100, whole.length));
    }
    try (InputStream in = store.openFile("a", End.MINIMIZER, whole.length)) {
      assertThat(in.readAllBytes()).isEmpty();
    }
    assertRefused(
        Reason.INVALID_REQUEST,
        "offset: -1 is outside",
        () -> store.openFile("a", End.MINIMIZER, -1));
  }

  @Test
  void equalParametersGiveEqualBytes() {
    StoredEnd first = store.writeEnd("a", End.MINIMIZER, parameters(1), 0.1, 0.2);
    StoredEnd second = store.writeEnd("b", End.MINIMIZER, parameters(1), 0.1, 0.2);

    assertThat(first).isEqualTo(second);
  }

  @Test
  void resumeStatesAreReplacedAndDeleted() throws IOException {
    assertThat(store.readResumeState("t")).isEmpty();
    store.saveResumeState("t", out -> out.write("one".getBytes(StandardCharsets.UTF_8)));
    store.saveResumeState(
        "t",
        out -> {
          out.write('t');
          out.write("wo".getBytes(StandardCharsets.UTF_8));
        });
    store.saveResumeState("empty", out -> {});

    assertThat(resumeState("t")).isEqualTo("two");
    assertThat(resumeState("empty")).isEmpty();
    assertThat(store.listResumeStates()).containsExactly("empty", "t");
    store.deleteResumeState("t");
    store.deleteResumeState("t");
    assertThat(store.readResumeState("t")).isEmpty();
    assertThat(store.listResumeStates()).containsExactly("empty");
  }

  @Test
  void aStateThatCannotBeWrittenLeavesTheOneBefore() throws IOException {
    store.saveResumeState("t", out -> out.write("one".getBytes(StandardCharsets.UTF_8)));

    assertRefused(
        Reason.UNAVAILABLE,
        "can't save the resume state of training 't'",
        () ->
            store.saveResumeState(
                "t",
                out -> {
                  out.write("half".getBytes(StandardCharsets.UTF_8));
                  throw new IOException("no space left");
                }));

    assertThat(resumeState("t")).isEqualTo("one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "..", "../a", "a/b", "a\\b", "A", "a_b", "-a", "a-", "a.b", "a\0b", "ä", " a",
        "a\n"
      })
  void idsThatAreNoFileNamesAreRefused(String id) {
    for (ThrowingCallable call :
        new ThrowingCallable[] {
          () -> store.writeEnd(id, End.MINIMIZER, parameters(1), 0, 0),
          () -> store.exists(id),
          () -> store.manifest(id),
          () -> store.read(id, End.MINIMIZER),
          () -> store.openFile(id, End.MINIMIZER, 0),
          () -> store.verify(id),
          () -> store.delete(id),
          () -> store.discard(id),
          () -> store.saveResumeState(id, out -> {}),
          () -> store.readResumeState(id),
          () -> store.deleteResumeState(id),
          () -> TestPairs.manifest(id)
        }) {
      assertRefused(Reason.INVALID_REQUEST, "is not an id", call);
    }
    assertRefused(Reason.INVALID_REQUEST, "is not an id", () -> store.exists("a".repeat(64)));
    assertThat(store.exists("a".repeat(63))).isFalse();
  }

  private String resumeState(String training) throws IOException {
    try (InputStream in = store.readResumeState(training).orElseThrow()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  static void assertRefused(Reason reason, String message, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            CheckpointException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.getMessage()).contains(message);
            });
  }
}
