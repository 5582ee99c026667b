package io.plateau.core.checkpoint;

import static io.plateau.core.checkpoint.TestPairs.parameters;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * A process that writes pairs without end, saying on its output what is done, until it is killed.
 * Every third pair is deleted again.
 */
final class StoreWriterProcess {
  private StoreWriterProcess() {}

  /** Arguments: the store's folder and the number of the first pair. */
  public static void main(String[] arguments) {
    PrintStream done = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    // Never closed: the process is killed.
    CheckpointStore store = LocalCheckpointStore.open(Path.of(arguments[0]));
    done.println("opened");
    for (int i = Integer.parseInt(arguments[1]); true; i++) {
      String pair = "pair-" + i;
      StoredEnd initial = store.writeEnd(pair, End.INITIALIZATION, parameters(i), 1, 0.5);
      int number = i;
      store.saveResumeState(
          "t",
          out -> out.write("%08d".formatted(number).repeat(500).getBytes(StandardCharsets.UTF_8)));
      done.println("saved " + i);
      StoredEnd minimizer = store.writeEnd(pair, End.MINIMIZER, parameters(i + 1), 0, 0);
      store.commit(TestPairs.manifest(pair, initial, minimizer, new TreeMap<>()));
      done.println("committed " + i);
      if (i % 3 == 2) {
        store.delete("pair-" + i);
        done.println("deleted " + i);
      }
    }
  }
}
