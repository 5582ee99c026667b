package io.plateau.interpolator;

import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.EpochRecord;
import io.plateau.core.checkpoint.LocalCheckpointStore;
import io.plateau.core.checkpoint.Manifest;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.checkpoint.TrainingRecord;
import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.dataset.DatasetRegistry;
import io.plateau.core.dataset.Split;
import io.plateau.core.dataset.Subset;
import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.Precision;
import io.plateau.core.kernel.nd4j.Nd4jDevice;
import io.plateau.core.network.Activation;
import io.plateau.core.network.BiasMode;
import io.plateau.core.network.FullyConnected;
import io.plateau.core.network.Initialization;
import io.plateau.core.network.Initializer;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.Parameters;
import io.plateau.core.path.BatchListener;
import io.plateau.core.path.EvaluationLimits;
import io.plateau.core.path.Measurements;
import io.plateau.core.path.PathEvaluator;
import io.plateau.core.path.PathPoint;
import io.plateau.core.path.Scheme;
import io.plateau.core.training.LearningRate;
import io.plateau.core.training.Sgd;
import io.plateau.core.training.StoppingRule;
import io.plateau.core.training.Trainer;
import io.plateau.core.training.TrainingListener;
import io.plateau.core.training.TrainingPlan;
import io.plateau.core.training.TrainingResult;
import io.plateau.core.training.TrainingState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/** A store of real pairs, made by core: trained on the small data, or drawn on MNIST's subset. */
public final class Pairs implements AutoCloseable {
  /** Trained on the small data set, with a checkpoint after epoch 2. */
  public static final String TRAINED = "trained";

  /** Another training of the same network. */
  public static final String OTHER = "other";

  /** Two draws of a network on the bundled MNIST subset: each alpha takes some tens of ms. */
  public static final String LARGE = "large";

  /** Two draws of a network of 30 layers with weights that overflow far outside [0, 1]. */
  public static final String DEEP = "deep";

  /** Of another width. */
  public static final String WIDE = "wide";

  public final Path directory;
  public final Path dataFolder;
  public final LocalCheckpointStore store;
  public final DatasetRegistry registry;

  public Pairs(Path directory) {
    this.directory = directory;
    this.dataFolder = SmallDataset.write(directory.resolve("small"));
    this.store = LocalCheckpointStore.open(directory.resolve("store"));
    this.registry = new DatasetRegistry(Map.of(SmallDataset.NAME, dataFolder));
    train(TRAINED, 12, 1, 8);
    train(OTHER, 12, 2, 8);
    train(WIDE, 16, 3, 3);
    draw(LARGE, 784, 10, 4, 128, registry.open("mnist", Split.TRAIN));
    draw(DEEP, 36, 4, 30, 12, registry.open(SmallDataset.NAME, Split.TRAIN));
  }

  /** The folder of a pair. */
  public Path folder(String pair) {
    return directory.resolve("store").resolve("pairs").resolve(pair);
  }

  /** Its URI. */
  public String uri(String pair) {
    return "file://" + folder(pair);
  }

  /** The data that a pair was measured on. */
  public Dataset data(String pair) {
    return registry.open(store.manifest(pair).dataset());
  }

  private void train(String pair, int width, long seed, int epochs) {
    Dataset data = registry.open(SmallDataset.NAME, Split.TRAIN);
    NetworkSpec network =
        FullyConnected.of(
            SmallDataset.SIDE * SmallDataset.SIDE,
            SmallDataset.CLASSES,
            3,
            width,
            Activation.RELU,
            BiasMode.ZERO_INIT,
            new Initializer(Initializer.Kind.XAVIER_NORMAL, 0.6));
    TrainingPlan plan =
        new TrainingPlan(
            network,
            Sgd.DEFAULT,
            LearningRate.constant(0.05),
            32,
            seed,
            StoppingRule.epochs(epochs),
            0.9);
    TrainingResult result;
    Parameters[] afterTwo = new Parameters[1];
    try (Device device = Nd4jDevice.open(Precision.FLOAT32);
        Trainer trainer = new Trainer(device, plan, data, Optional.empty())) {
      result =
          trainer.run(
              new TrainingListener() {
                @Override
                public void onEpoch(
                    EpochRecord epoch, List<Integer> learned, Supplier<TrainingState> state) {
                  if (epoch.epoch() == 2) {
                    afterTwo[0] = state.get().parameters();
                  }
                }
              });
    }
    commit(
        pair,
        network,
        data,
        result.initialization(),
        result.minimizer(),
        Optional.of(afterTwo[0]),
        Optional.of(result.record()));
  }

  private void draw(String pair, int inputs, int classes, int depth, int width, Dataset data) {
    NetworkSpec network =
        FullyConnected.of(
            inputs,
            classes,
            depth,
            width,
            Activation.RELU,
            BiasMode.ZERO_INIT,
            new Initializer(Initializer.Kind.XAVIER_NORMAL, 1.5));
    commit(
        pair,
        network,
        data,
        Initialization.draw(network, 1),
        Initialization.draw(network, 2),
        Optional.empty(),
        Optional.empty());
  }

  /** Stores a pair with what its ends really give. */
  public void commit(
      String pair,
      NetworkSpec network,
      Dataset data,
      Parameters first,
      Parameters second,
      Optional<Parameters> afterTwo,
      Optional<TrainingRecord> record) {
    StoredEnd initial = write(pair, End.INITIALIZATION, network, data, first);
    StoredEnd minimizer = write(pair, End.MINIMIZER, network, data, second);
    SortedMap<Integer, StoredEnd> epochs = new TreeMap<>();
    afterTwo.ifPresent(
        parameters -> epochs.put(2, write(pair, End.ofEpoch(2), network, data, parameters)));
    store.commit(
        new Manifest(
            Manifest.FORMAT_VERSION,
            pair,
            network,
            DatasetReference.of(data, Subset.EVERYTHING),
            Optional.empty(),
            initial,
            minimizer,
            epochs,
            record,
            Map.of(),
            Instant.now(),
            "tests"));
  }

  private StoredEnd write(
      String pair, End end, NetworkSpec network, Dataset data, Parameters parameters) {
    PathPoint point =
        evaluate(network, data, parameters, parameters, List.of(new Scheme.Linear()), 1).get(0);
    return store.writeEnd(
        pair, end, parameters, point.classification().loss(), point.classification().error());
  }

  /** What the engine gives in this process. */
  public static List<PathPoint> evaluate(
      NetworkSpec network,
      Dataset data,
      Parameters first,
      Parameters second,
      List<Scheme> schemes,
      double... alphas) {
    return evaluate(
        Precision.FLOAT32,
        new Measurements(true, true),
        network,
        data,
        first,
        second,
        schemes,
        alphas);
  }

  /** The same with everything stated. */
  public static List<PathPoint> evaluate(
      Precision precision,
      Measurements measurements,
      NetworkSpec network,
      Dataset data,
      Parameters first,
      Parameters second,
      List<Scheme> schemes,
      double... alphas) {
    try (Device device = Nd4jDevice.open(precision);
        PathEvaluator evaluator =
            PathEvaluator.open(
                device,
                network,
                first,
                second,
                data,
                schemes,
                measurements,
                EvaluationLimits.DEFAULT)) {
      List<PathPoint> points = new ArrayList<>();
      for (double alpha : alphas) {
        points.addAll(evaluator.evaluate(alpha, BatchListener.NONE));
      }
      return points;
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
