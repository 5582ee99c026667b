package io.plateau.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.plateau.core.checkpoint.EpochRecord;
import io.plateau.core.dataset.Dataset;
import io.plateau.core.golden.ArrayDataset;
import io.plateau.core.golden.GoldenCase;
import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.Precision;
import io.plateau.core.kernel.nd4j.Nd4jDevice;
import io.plateau.core.network.Activation;
import io.plateau.core.network.BiasMode;
import io.plateau.core.network.FullyConnected;
import io.plateau.core.network.Initializer;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.ParameterSpec;
import io.plateau.core.network.Role;
import io.plateau.core.network.TensorShape;
import io.plateau.core.path.BatchListener;
import io.plateau.core.path.EvaluationLimits;
import io.plateau.core.path.Measurements;
import io.plateau.core.path.PathEvaluator;
import io.plateau.core.path.PathPoint;
import io.plateau.core.path.Scheme;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainerTest {
  private static final Dataset DATA = GoldenCase.read("fcn3").data();

  @Test
  void learnsAndRecordsEveryEpoch() {
    TrainingPlan plan = plan(BiasMode.ZERO_INIT, StoppingRule.epochs(40), 7);
    try (Device device = Nd4jDevice.open(Precision.FLOAT32);
        Trainer trainer = new Trainer(device, plan, DATA, Optional.of(DATA.limit(50)))) {
      TrainingResult result = trainer.run(TrainingListener.NONE);
      assertThat(result.reason()).isEqualTo(StopReason.MAX_EPOCHS);
      assertThat(result.failedToLearn()).isFalse();
      List<EpochRecord> epochs = result.record().epochs();
      assertThat(epochs).hasSize(41);
      assertThat(epochs.get(0).epoch()).isZero();
      assertThat(epochs.get(0).lastBiases()).containsOnly(0.0);
      assertThat(epochs.get(40).trainLoss()).isLessThan(epochs.get(0).trainLoss() / 3);
      assertThat(epochs.get(40).heldOut()).isPresent();
      assertThat(epochs.get(40).trainClassAccuracy()).hasSize(5);
      assertThat(result.initialization().toArray()).isNotEqualTo(result.minimizer().toArray());

      // What the trainer records is what the path engine finds at the ends.
      try (PathEvaluator evaluator =
          PathEvaluator.open(
              device,
              plan.network(),
              result.initialization(),
              result.minimizer(),
              DATA,
              List.of(new Scheme.Linear()),
              new Measurements(false, false),
              EvaluationLimits.DEFAULT)) {
        for (int end = 0; end < 2; end++) {
          PathPoint point = evaluator.evaluate(end, BatchListener.NONE).get(0);
          EpochRecord record = epochs.get(end * 40);
          assertThat(point.classification().loss()).isCloseTo(record.trainLoss(), within(1e-6));
          assertThat(point.classification().error()).isEqualTo(record.trainError());
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 13, 20, 37})
  void resumedAnywhereItEndsInTheSameBits(int steps) {
    TrainingPlan plan = plan(BiasMode.ZERO_INIT, StoppingRule.epochs(6), 3);
    try (Device device = Nd4jDevice.open(Precision.FLOAT32)) {
      TrainingResult unbroken;
      try (Trainer trainer = new Trainer(device, plan, DATA, Optional.of(DATA.limit(30)))) {
        unbroken = trainer.run(TrainingListener.NONE);
      }
      byte[] state = stateAfter(device, plan, steps);
      try (Trainer trainer = new Trainer(device, plan, DATA, Optional.of(DATA.limit(30)))) {
        TrainingResult resumed =
            trainer.resume(
                TrainingStateFile.read(
                    new ByteArrayInputStream(state), ParameterLayout.of(plan.network())),
                TrainingListener.NONE);
        assertThat(resumed.minimizer().toArray()).isEqualTo(unbroken.minimizer().toArray());
        assertThat(resumed.initialization().toArray())
            .isEqualTo(unbroken.initialization().toArray());
        assertThat(resumed.record().epochs())
            .usingRecursiveFieldByFieldElementComparatorIgnoringFields("seconds")
            .isEqualTo(unbroken.record().epochs());
        assertThat(resumed.record().learnedEpochs()).isEqualTo(unbroken.record().learnedEpochs());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void sameSeedSameBitsOtherSeedOtherBits() {
    try (Device device = Nd4jDevice.open(Precision.FLOAT32)) {
      List<float[]> ends = new ArrayList<>();
      for (long seed : new long[] {1, 1, 2}) {
        try (Trainer trainer =
            new Trainer(
                device,
                plan(BiasMode.ZERO_INIT, StoppingRule.epochs(2), seed),
                DATA,
                Optional.empty())) {
          ends.add(trainer.run(TrainingListener.NONE).minimizer().toArray());
        }
      }
      assertThat(ends.get(0)).isEqualTo(ends.get(1)).isNotEqualTo(ends.get(2));
    }
  }

  @Test
  void frozenBiasesStayAtZeroAndNoBiasesLeaveNoTensor() {
    try (Device device = Nd4jDevice.open(Precision.FLOAT32)) {
      TrainingPlan frozen = plan(BiasMode.FROZEN, StoppingRule.epochs(3), 1);
      try (Trainer trainer = new Trainer(device, frozen, DATA, Optional.empty())) {
        TrainingResult result = trainer.run(TrainingListener.NONE);
        for (ParameterSpec parameter : result.minimizer().layout().parameters()) {
          if (parameter.role() == Role.BIAS) {
            assertThat(result.minimizer().values(parameter)).containsOnly(0f);
          }
        }
      }
      TrainingPlan none = plan(BiasMode.NONE, StoppingRule.epochs(3), 1);
      try (Trainer trainer = new Trainer(device, none, DATA, Optional.empty())) {
        TrainingResult result = trainer.run(TrainingListener.NONE);
        assertThat(result.minimizer().layout().parameters()).allMatch(p -> p.role() == Role.WEIGHT);
        assertThat(result.record().epochs().get(3).lastBiases()).isEmpty();
        assertThat(result.record().spearman()).isEmpty();
      }
    }
  }

  @Test
  void stopsAtALossAndAtAnError() {
    try (Device device = Nd4jDevice.open(Precision.FLOAT32)) {
      StoppingRule atLoss = new StoppingRule(500, OptionalDouble.of(0.5), OptionalDouble.empty());
      try (Trainer trainer =
          new Trainer(device, plan(BiasMode.ZERO_INIT, atLoss, 1), DATA, Optional.empty())) {
        TrainingResult result = trainer.run(TrainingListener.NONE);
        assertThat(result.reason()).isEqualTo(StopReason.TRAIN_LOSS);
        List<EpochRecord> epochs = result.record().epochs();
        assertThat(epochs.get(epochs.size() - 1).trainLoss()).isLessThanOrEqualTo(0.5);
        assertThat(epochs.get(epochs.size() - 2).trainLoss()).isGreaterThan(0.5);
      }
      StoppingRule atError = new StoppingRule(500, OptionalDouble.empty(), OptionalDouble.of(0.0));
      try (Trainer trainer =
          new Trainer(device, plan(BiasMode.ZERO_INIT, atError, 1), DATA, Optional.empty())) {
        TrainingResult result = trainer.run(TrainingListener.NONE);
        assertThat(result.reason()).isEqualTo(StopReason.TRAIN_ERROR);
        assertThat(result.record().learnedEpochs()).hasSize(5);
      }
    }
  }

  @Test
  void divergenceEndsTheTrainingAndIsSaid() {
    NetworkSpec network = network(BiasMode.ZERO_INIT);
    TrainingPlan plan =
        new TrainingPlan(
            network,
            new Sgd(0, false, 0, true),
            LearningRate.constant(1e6),
            32,
            1,
            StoppingRule.epochs(50),
            0.9);
    try (Device device = Nd4jDevice.open(Precision.FLOAT32);
        Trainer trainer = new Trainer(device, plan, DATA, Optional.empty())) {
      TrainingResult result = trainer.run(TrainingListener.NONE);
      assertThat(result.reason()).isEqualTo(StopReason.DIVERGED);
      assertThat(result.failedToLearn()).isTrue();
      assertThat(result.record().epochs().size()).isLessThan(51);
    }
  }

  @Test
  void anExceptionOfTheListenerEndsIt() {
    try (Device device = Nd4jDevice.open(Precision.FLOAT32);
        Trainer trainer =
            new Trainer(
                device,
                plan(BiasMode.ZERO_INIT, StoppingRule.epochs(3), 1),
                DATA,
                Optional.empty())) {
      assertThatThrownBy(
              () ->
                  trainer.run(
                      new TrainingListener() {
                        @Override
                        public void onStep(
                            int epoch, int step, int steps, Supplier<TrainingState> state) {
                          throw new CancellationException("asked to");
                        }
                      }))
          .isInstanceOf(CancellationException.class);
      long before = device.allocatedBytes();
      trainer.close();
      assertThat(device.allocatedBytes()).isLessThan(before);
    }
  }

  @Test
  void dataThatDoNotFitAreRefused() {
    Dataset other = new ArrayDataset(TensorShape.of(3), 2, new float[6], new int[2]);
    try (Device device = Nd4jDevice.open(Precision.FLOAT32)) {
      assertThatThrownBy(
              () ->
                  new Trainer(
                      device,
                      plan(BiasMode.ZERO_INIT, StoppingRule.epochs(1), 1),
                      other,
                      Optional.empty()))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("dataset");
    }
  }

  @Test
  void learningOrderAgainstBiases() {
    List<OptionalInt> learned =
        List.of(OptionalInt.of(1), OptionalInt.of(2), OptionalInt.of(3), OptionalInt.empty());
    assertThat(LearningOrder.correlation(learned, List.of(-1.0, 0.0, 0.5, 2.0))).hasValue(1.0);
    assertThat(LearningOrder.correlation(learned, List.of(2.0, 0.5, 0.0, -1.0))).hasValue(-1.0);
    assertThat(LearningOrder.correlation(learned, List.of(1.0, 1.0, 1.0, 1.0))).isEmpty();
    assertThat(LearningOrder.correlation(learned, List.of())).isEmpty();
    assertThat(LearningOrder.largestBiasLearnedLast(learned, List.of(-1.0, 0.0, 0.5, 2.0)))
        .contains(true);
    assertThat(LearningOrder.largestBiasLearnedLast(learned, List.of(3.0, 0.0, 0.5, 2.0)))
        .contains(false);
    assertThat(LearningOrder.largestBiasLearnedLast(learned, List.of(2.0, 0.0, 0.5, 2.0)))
        .isEmpty();
  }

  @Test
  void learningRates() {
    LearningRate warm = new LearningRate(1.0, new LearningRate.Cosine(0.0), OptionalInt.of(1));
    assertThat(warm.at(0, 0, 4, 5)).isEqualTo(0.25);
    assertThat(warm.at(0, 3, 4, 5)).isEqualTo(1.0);
    assertThat(warm.at(1, 0, 4, 5)).isEqualTo(1.0);
    assertThat(warm.at(3, 0, 4, 5)).isCloseTo(0.5, within(1e-12));
    LearningRate steps = new LearningRate(0.1, new LearningRate.Step(2, 0.5), OptionalInt.empty());
    assertThat(steps.at(1, 3, 4, 9)).isEqualTo(0.1);
    assertThat(steps.at(2, 0, 4, 9)).isEqualTo(0.05);
    assertThat(steps.at(5, 0, 4, 9)).isEqualTo(0.025);
    assertThatThrownBy(() -> LearningRate.constant(-1)).hasMessageContaining("learning_rate.base");
  }

  private static byte[] stateAfter(Device device, TrainingPlan plan, int steps) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Trainer trainer = new Trainer(device, plan, DATA, Optional.of(DATA.limit(30)))) {
      int[] left = {steps};
      trainer.run(
          new TrainingListener() {
            @Override
            public void onStep(
                int epoch, int step, int stepsOfEpoch, Supplier<TrainingState> state) {
              if (--left[0] == 0) {
                try {
                  TrainingStateFile.write(state.get(), bytes);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
                throw new CancellationException("killed");
              }
            }
          });
    } catch (CancellationException expected) {
      return bytes.toByteArray();
    }
    throw new AssertionError("ended before step " + steps);
  }

  private static TrainingPlan plan(BiasMode bias, StoppingRule rule, long seed) {
    return new TrainingPlan(
        network(bias), Sgd.DEFAULT, LearningRate.constant(0.02), 32, seed, rule, 0.9);
  }

  private static NetworkSpec network(BiasMode bias) {
    return FullyConnected.of(20, 5, 3, 24, Activation.RELU, bias, Initializer.DEFAULT);
  }
}
