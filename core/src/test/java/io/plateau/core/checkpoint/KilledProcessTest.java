package io.plateau.core.checkpoint;

import static io.plateau.core.checkpoint.TestPairs.parameters;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILLs a process that writes to a store, at random moments, and opens what it left. */
class KilledProcessTest {
  @TempDir Path root;

  @Test
  void fourKills() throws Exception {
    kill(4);
  }

  @Test
  @Tag("slow")
  void thirtyKills() throws Exception {
    kill(30);
  }

  @Test
  void aLivingProcessKeepsItsTemporaryFiles() throws Exception {
    Process writer = start(0);
    try {
      await(writer, "opened");
      String foreign = writer.pid() + "-";
      LocalCheckpointStore.open(root).close();
      assertThat(temporaryNames()).anyMatch(name -> name.startsWith(foreign));

      writer.destroyForcibly().waitFor();
      LocalCheckpointStore.open(root).close();
      assertThat(temporaryNames()).noneMatch(name -> name.startsWith(foreign));
    } finally {
      writer.destroyForcibly();
    }
  }

  private void kill(int times) throws Exception {
    Random random = new Random(20260131);
    Set<Integer> committed = new HashSet<>();
    Set<Integer> deleted = new HashSet<>();
    for (int i = 0; i < times; i++) {
      int saved = writeUntilKilled(i, random.nextInt(300), committed, deleted);

      try (CheckpointStore store = LocalCheckpointStore.open(root)) {
        for (String pair : store.list()) {
          assertThat(store.verify(pair)).isEmpty();
          int seed = Integer.parseInt(pair.substring("pair-".length()));
          assertThat(store.open(pair).minimizer().toArray())
              .isEqualTo(parameters(seed + 1L).toArray());
          assertThat(deleted).doesNotContain(seed);
        }
        for (int pair : committed) {
          // A deletion may have been going on when the process died.
          if (pair % 3 != 2) {
            assertThat(store.exists("pair-" + pair)).isTrue();
          }
        }
        if (saved >= 0) {
          try (InputStream in = store.readResumeState("t").orElseThrow()) {
            String state = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(state).hasSize(4_000).isEqualTo(state.substring(0, 8).repeat(500));
            assertThat(Integer.parseInt(state.substring(0, 8))).isIn(saved, saved + 1);
          }
        }
        assertThat(temporaryNames()).hasSize(3);
      }
    }
    assertThat(committed).isNotEmpty();
  }

  /** Returns the number of the last resume state that was said to be saved, -1 for none. */
  private int writeUntilKilled(
      int run, int milliseconds, Set<Integer> committed, Set<Integer> deleted) throws Exception {
    Process writer = start(run * 1_000);
    try {
      // The first run gets as far as a commit, however slow the machine.
      await(writer, run == 0 ? "committed" : "opened");
      Thread.sleep(milliseconds);
    } finally {
      writer.destroyForcibly().waitFor();
    }
    int saved = -1;
    for (String line : Files.readAllLines(output())) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "saved" -> saved = Integer.parseInt(words[1]);
        case "committed" -> committed.add(Integer.valueOf(words[1]));
        case "deleted" -> deleted.add(Integer.valueOf(words[1]));
        default -> assertThat(line).isEqualTo("opened");
      }
    }
    return saved;
  }

  private void await(Process writer, String word) throws Exception {
    while (!Files.readString(output()).contains(word)) {
      assertThat(writer.isAlive()).isTrue();
      Thread.sleep(5);
    }
  }

  private Path output() {
    return root.resolve("output-of-the-writer");
  }

  private Process start(int firstPair) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            StoreWriterProcess.class.getName(),
            root.toString(),
            Integer.toString(firstPair))
        .redirectOutput(output().toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private Set<String> temporaryNames() throws IOException {
    Set<String> names = new HashSet<>();
    try (Stream<Path> entries = Files.list(root.resolve("temporary"))) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    }
    return names;
  }
}
