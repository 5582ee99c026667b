package io.plateau.core.checkpoint;

import static io.plateau.core.checkpoint.TestPairs.parameters;
import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.file.CrashingDisk;
import io.plateau.core.file.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stops a store at every step of its life, with and without a power loss that damages all that was
 * not forced to the disk, and opens what is left.
 */
class CrashAtAnyByteTest {
  /**
   * Between operations every cut is made; within files every so many bytes, a prime, so that cuts
   * fall everywhere in files of different lengths.
   */
  private static final int FAST_STRIDE = 61;

  /** A disk that waits for nothing, too: what is tested is the order of steps, not the hardware. */
  private static final long NEVER = Long.MAX_VALUE;

  @TempDir Path folder;

  /** How far a run got: what had returned, and what was going on when it stopped. */
  private enum Step {
    OPEN,
    WRITE_INITIAL,
    WRITE_EPOCH,
    SAVE_STATE,
    WRITE_MINIMIZER,
    COMMIT,
    DELETE_STATE,
    DELETE_OLD,
    CLOSE,
    DONE
  }

  @Test
  void aProcessThatDiesLeavesTheOldStateOrTheNew() throws IOException {
    stopAtSteps(FAST_STRIDE, false);
  }

  @Test
  void aMachineThatDiesLeavesTheOldStateOrTheNew() throws IOException {
    stopAtSteps(FAST_STRIDE, true);
  }

  @Test
  @Tag("slow")
  void atEveryByte() throws IOException {
    stopAtSteps(1, false);
    stopAtSteps(1, true);
  }

  @Test
  void theFirstOpeningMayStopAnywhereToo() throws IOException {
    for (int steps = 0; steps < 20; steps++) {
      Path root = folder.resolve("first" + steps);
      CrashingDisk disk = new CrashingDisk(steps);
      run(root, disk);
      disk.losePower(new Random(steps));
      try (CheckpointStore store =
          LocalCheckpointStore.open(root, new CrashingDisk(NEVER), "second")) {
        TestPairs.store(store, "new", 10);
        assertThat(store.verify("new")).isEmpty();
      }
    }
  }

  private void stopAtSteps(int stride, boolean powerLoss) throws IOException {
    Path whole = folder.resolve("whole" + powerLoss);
    prepare(whole);
    CrashingDisk disk = new CrashingDisk(NEVER);
    assertThat(run(whole, disk)).isEqualTo(Step.DONE);
    long allSteps = disk.steps();
    assertThat(allSteps).isGreaterThan(2_000);

    List<Step> reached = new ArrayList<>();
    TreeSet<Long> cuts = new TreeSet<>(disk.operations());
    for (long steps = 0; steps < allSteps; steps += stride) {
      cuts.add(steps);
    }
    for (long steps : cuts) {
      Path root = folder.resolve((powerLoss ? "power" : "kill") + steps);
      prepare(root);
      CrashingDisk crashing = new CrashingDisk(steps);
      Step reachedStep = run(root, crashing);
      assertThat(crashing.isCrashed()).isTrue();
      if (powerLoss) {
        crashing.losePower(new Random(steps));
      }
      reached.add(reachedStep);
      check(root, reachedStep, "stopped after " + steps + " steps in " + reachedStep);
      deleteTree(root);
    }
    assertThat(EnumSet.copyOf(reached)).isEqualTo(EnumSet.complementOf(EnumSet.of(Step.DONE)));
  }

  /** A store with one pair and one resume state. */
  private static void prepare(Path root) throws IOException {
    try (CheckpointStore store =
        LocalCheckpointStore.open(root, new CrashingDisk(NEVER), "preparing")) {
      TestPairs.store(store, "old", 1);
      store.saveResumeState("t", out -> out.write(bytes("state before")));
    }
  }

  /** Everything that changes a store, once; returns what was going on at the end. */
  private static Step run(Path root, CrashingDisk disk) {
    LocalCheckpointStore store;
    try {
      store = LocalCheckpointStore.open(root, disk, "crashing");
    } catch (CrashingDisk.Crash e) {
      return Step.OPEN;
    }
    Step step = Step.OPEN;
    try {
      step = Step.WRITE_INITIAL;
      StoredEnd initial = store.writeEnd("new", End.INITIALIZATION, parameters(10), 1, 0.5);
      step = Step.WRITE_EPOCH;
      StoredEnd epoch = store.writeEnd("new", End.ofEpoch(3), parameters(12), 0.5, 0.25);
      step = Step.SAVE_STATE;
      store.saveResumeState("t", out -> out.write(bytes("state after epoch 3")));
      step = Step.WRITE_MINIMIZER;
      StoredEnd minimizer = store.writeEnd("new", End.MINIMIZER, parameters(11), 0, 0);
      step = Step.COMMIT;
      store.commit(TestPairs.manifest("new", initial, minimizer, new TreeMap<>(Map.of(3, epoch))));
      step = Step.DELETE_STATE;
      store.deleteResumeState("t");
      step = Step.DELETE_OLD;
      store.delete("old");
      step = Step.CLOSE;
      store.close();
      return Step.DONE;
    } catch (CrashingDisk.Crash e) {
      dieWith(store);
      return step;
    }
  }

  /** Frees the lock, as the operating system does; the disk takes nothing more. */
  private static void dieWith(LocalCheckpointStore store) {
    try {
      store.close();
    } catch (CrashingDisk.Crash e) {
      // Nothing was tidied up, which is the point.
    }
  }

  private static void check(Path root, Step reached, String when) throws IOException {
    try (CheckpointStore store =
        LocalCheckpointStore.open(root, new CrashingDisk(NEVER), "second")) {
      for (String pair : store.list()) {
        assertThat(store.verify(pair)).as(when).isEmpty();
        long seed = pair.equals("old") ? 1 : 10;
        assertThat(store.open(pair).initialization().toArray())
            .as(when)
            .isEqualTo(parameters(seed).toArray());
        assertThat(store.open(pair).minimizer().toArray())
            .as(when)
            .isEqualTo(parameters(seed + 1).toArray());
      }
      assertPresence(store.exists("old"), reached, null, Step.DELETE_OLD, when);
      assertPresence(store.exists("new"), reached, Step.COMMIT, null, when);
      checkResumeState(store, reached, when);
      checkUncommitted(root, when);
      try (Stream<Path> temporary = Files.list(root.resolve("temporary"))) {
        assertThat(temporary.map(path -> path.getFileName().toString()))
            .as(when)
            .allMatch(name -> name.startsWith("second-") || name.equals("opening.lock"));
      }

      // The resumed training does what is left to do.
      if (!store.exists("new")) {
        TestPairs.store(store, "new", 10);
      }
      store.delete("old");
      assertThat(store.verify("new")).as(when).isEmpty();
      assertThat(store.list()).as(when).containsExactly("new");
      assertThat(store.listUncommitted()).as(when).isEmpty();
    }
  }

  /** Absent before one step, present from its end on, absent again from the end of another. */
  private static void assertPresence(
      boolean present, Step reached, Step appearing, Step vanishing, String when) {
    if (appearing != null && reached.compareTo(appearing) < 0) {
      assertThat(present).as(when).isFalse();
    } else if (vanishing != null && reached.compareTo(vanishing) > 0) {
      assertThat(present).as(when).isFalse();
    } else if (reached != appearing && reached != vanishing) {
      assertThat(present).as(when).isTrue();
    }
  }

  private static void checkResumeState(CheckpointStore store, Step reached, String when)
      throws IOException {
    List<String> allowed = new ArrayList<>();
    switch (reached) {
      case OPEN, WRITE_INITIAL, WRITE_EPOCH -> allowed.add("state before");
      case SAVE_STATE -> allowed.addAll(List.of("state before", "state after epoch 3"));
      case WRITE_MINIMIZER, COMMIT -> allowed.add("state after epoch 3");
      case DELETE_STATE -> allowed.addAll(List.of("state after epoch 3", "none"));
      case DELETE_OLD, CLOSE, DONE -> allowed.add("none");
    }
    String state = "none";
    var stored = store.readResumeState("t");
    if (stored.isPresent()) {
      try (InputStream in = stored.get()) {
        state = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
    assertThat(state).as(when).isIn(allowed);
  }

  /** Ends written ahead are whole wherever they are seen. */
  private static void checkUncommitted(Path root, String when) throws IOException {
    Map<String, Long> seeds =
        Map.of("init.safetensors", 10L, "epoch-000003.safetensors", 12L, "final.safetensors", 11L);
    Path ends = root.resolve("uncommitted/new");
    if (Files.isDirectory(ends)) {
      try (Stream<Path> files = Files.list(ends)) {
        for (Path file : files.toList()) {
          String name = file.getFileName().toString();
          if (!name.equals("manifest.json")) {
            End end =
                name.startsWith("init")
                    ? End.INITIALIZATION
                    : name.startsWith("final") ? End.MINIMIZER : End.ofEpoch(3);
            StoredEnd expected =
                new StoredEnd(0, 0, Files.size(file), Sha256.of(Files.readAllBytes(file)));
            assertThat(
                    PairFiles.readEnd(ends, end, Optional.of(expected), TestPairs.NETWORK)
                        .toArray())
                .as(when)
                .isEqualTo(parameters(seeds.get(name)).toArray());
          }
        }
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void deleteTree(Path root) throws IOException {
    TemporaryFolder.deleteTree(new CrashingDisk(NEVER), root);
  }
}
