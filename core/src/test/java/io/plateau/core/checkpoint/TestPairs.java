package io.plateau.core.checkpoint;

import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.dataset.Split;
import io.plateau.core.dataset.Subset;
import io.plateau.core.network.Activation;
import io.plateau.core.network.BiasMode;
import io.plateau.core.network.FullyConnected;
import io.plateau.core.network.Initialization;
import io.plateau.core.network.Initializer;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.Parameters;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** A small network and everything about it that a pair needs. */
final class TestPairs {
  static final NetworkSpec NETWORK =
      FullyConnected.of(3, 2, 2, 4, Activation.RELU, BiasMode.ZERO_INIT, Initializer.DEFAULT);

  private TestPairs() {}

  static Parameters parameters(long seed) {
    return Initialization.draw(NETWORK, seed);
  }

  static DatasetReference dataset() {
    return new DatasetReference(
        "mnist-10k",
        Split.TRAIN,
        new Subset(List.of(3, 5), OptionalInt.of(6), OptionalInt.of(11)),
        11,
        List.of(5, 6),
        "ab".repeat(32),
        "value / 255");
  }

  static DatasetReference heldOut() {
    return new DatasetReference(
        "mnist-10k",
        Split.TEST,
        new Subset(List.of(3, 5), OptionalInt.empty(), OptionalInt.empty()),
        7,
        List.of(3, 4),
        "cd".repeat(32),
        "value / 255");
  }

  static TrainingRecord training() {
    return new TrainingRecord(
        -7,
        "TRAIN_LOSS",
        12.5,
        0.9,
        List.of(
            new EpochRecord(
                0,
                0,
                0.1 + 0.2,
                0.5,
                List.of(OptionalDouble.of(1), OptionalDouble.empty()),
                List.of(OptionalDouble.of(0.875), OptionalDouble.empty()),
                Optional.of(
                    new HeldOut(
                        Double.NaN, 1, List.of(OptionalDouble.empty(), OptionalDouble.of(0)))),
                List.of(0.0, -0.0),
                0.01),
            new EpochRecord(
                1,
                0.05,
                Double.POSITIVE_INFINITY,
                0.25,
                List.of(OptionalDouble.of(0.75), OptionalDouble.of(1 / 3.0)),
                List.of(OptionalDouble.of(Double.NaN), OptionalDouble.of(0)),
                Optional.empty(),
                List.of(-0.5, Double.NaN),
                3)),
        List.of(OptionalInt.of(1), OptionalInt.empty()),
        OptionalDouble.of(-1),
        Optional.of(true));
  }

  static Manifest manifest(
      String pair, StoredEnd initial, StoredEnd minimizer, SortedMap<Integer, StoredEnd> epochs) {
    return new Manifest(
        Manifest.FORMAT_VERSION,
        pair,
        NETWORK,
        dataset(),
        Optional.of(heldOut()),
        initial,
        minimizer,
        epochs,
        Optional.of(training()),
        Map.of("sweep", "depth", "ünïcode", "\"quoted\"\n"),
        Instant.parse("2026-01-31T12:00:00.123456789Z"),
        "plateau test");
  }

  /** A manifest whose ends are nowhere stored. */
  static Manifest manifest(String pair) {
    return manifest(
        pair,
        new StoredEnd(0.7, 0.5, 300, "01".repeat(32)),
        new StoredEnd(1e-300, 0, 300, "23".repeat(32)),
        new TreeMap<>(Map.of(12, new StoredEnd(0.5, 0.25, 300, "45".repeat(32)))));
  }

  /** Writes and commits a pair whose ends are drawn from {@code seed} and {@code seed + 1}. */
  static Manifest store(CheckpointStore store, String pair, long seed) {
    StoredEnd initial = store.writeEnd(pair, End.INITIALIZATION, parameters(seed), 0.7, 0.5);
    StoredEnd minimizer = store.writeEnd(pair, End.MINIMIZER, parameters(seed + 1), 0.1, 0);
    Manifest manifest = manifest(pair, initial, minimizer, new TreeMap<>());
    store.commit(manifest);
    return manifest;
  }
}
