package io.plateau.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.plateau.core.dataset.Dataset;
import io.plateau.core.golden.GoldenCase;
import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.Precision;
import io.plateau.core.kernel.nd4j.Nd4jDevice;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.ParameterSpec;
import io.plateau.core.network.Parameters;
import io.plateau.core.network.Role;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold for any network, whatever its numbers. */
class PathInvariantsTest {
  private static final Measurements ALL = new Measurements(true, true);
  private static final Measurements PLAIN = new Measurements(false, false);

  @ParameterizedTest
  @ValueSource(strings = {"fcn3", "fcn4_zero_b0", "conv_small", "tanh_deep"})
  void everySchemeThatJoinsTheEndsReproducesThem(String name) {
    GoldenCase golden = GoldenCase.read(name);
    List<Scheme> schemes =
        List.of(
            new Scheme.Linear(), new Scheme.HomogeneousBias(), new Scheme.HomogeneousLastBias());
    try (Device device = Nd4jDevice.open(Precision.FLOAT32)) {
      for (double alpha : new double[] {0, 1}) {
        List<PathPoint> points =
            evaluate(device, golden, golden.initial(), golden.minimizer(), schemes, ALL, alpha);
        var end = golden.expected().get("ends").get(alpha == 0 ? "init" : "final");
        for (PathPoint point : points) {
          assertThat(point.classification()).isEqualTo(points.get(0).classification());
          EndCheck check =
              EndCheck.of(point, end.get("loss").asDouble(), end.get("error").asDouble());
          assertThat(check.matches()).isTrue();
          assertThatThrownBy(
                  () ->
                      EndCheck.of(point, check.storedLoss() + 0.001, check.storedError()).require())
              .isInstanceOfSatisfying(
                  PathException.class,
                  e -> assertThat(e.reason()).isEqualTo(PathException.Reason.ENDPOINT_MISMATCH));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"fcn3,0.3", "fcn3,0.8", "conv_small,0.5", "fcn4_zero_b0,1.3"})
  void fromTheOriginHomogeneousBiasesScaleTheLogits(String name, double alpha) {
    // f[a](x) = a^r f[1](x), so the loss is that of the scaled logits: the same as scaling the last
    // layer alone.
    GoldenCase golden = GoldenCase.read(name);
    NetworkSpec network = golden.network();
    ParameterLayout layout = ParameterLayout.of(network);
    float[] scaled = golden.minimizer().toArray();
    for (ParameterSpec parameter : layout.parameters()) {
      if (parameter.depth() == network.depth()) {
        for (int i = 0; i < parameter.size(); i++) {
          scaled[parameter.offset() + i] *= (float) Math.pow(alpha, network.depth());
        }
      }
    }
    try (Device device = Nd4jDevice.open(Precision.FLOAT64)) {
      Classification homogeneous =
          evaluate(
                  device,
                  golden,
                  Parameters.zero(layout),
                  golden.minimizer(),
                  List.of(new Scheme.HomogeneousBias()),
                  PLAIN,
                  alpha)
              .get(0)
              .classification();
      Classification lastLayer =
          evaluate(
                  device,
                  golden,
                  Parameters.zero(layout),
                  Parameters.wrap(layout, scaled),
                  List.of(new Scheme.Linear()),
                  PLAIN,
                  1)
              .get(0)
              .classification();
      assertThat(homogeneous.loss()).isCloseTo(lastLayer.loss(), within(1e-6));
      assertThat(homogeneous.error()).isEqualTo(lastLayer.error());
    }
  }

  @Test
  void schemesThatAreTheSameGiveTheSameBits() {
    GoldenCase golden = GoldenCase.read("fcn3");
    ParameterLayout layout = ParameterLayout.of(golden.network());
    TreeSet<Integer> every = new TreeSet<>(List.of(1, 2, 3));
    List<Scheme> schemes =
        List.of(
            new Scheme.Linear(),
            new Scheme.Layers(every, Held.INIT),
            new Scheme.Layers(every, Held.FINAL),
            new Scheme.WeightsOnly(Held.ZERO));
    try (Device device = Nd4jDevice.open(Precision.FLOAT32)) {
      List<PathPoint> points =
          evaluate(device, golden, golden.initial(), golden.minimizer(), schemes, ALL, 0.37);
      assertThat(points.get(1).classification()).isEqualTo(points.get(0).classification());
      assertThat(points.get(2).classification()).isEqualTo(points.get(0).classification());
      // Without biases at both ends every treatment of biases is the same.
      Parameters from = withoutBiases(golden.initial(), layout);
      Parameters to = withoutBiases(golden.minimizer(), layout);
      List<PathPoint> bare =
          evaluate(
              device,
              golden,
              from,
              to,
              List.of(
                  new Scheme.Linear(),
                  new Scheme.HomogeneousBias(),
                  new Scheme.WeightsOnly(Held.INIT)),
              ALL,
              0.37);
      assertThat(bare.get(1).classification()).isEqualTo(bare.get(0).classification());
      assertThat(bare.get(2).classification()).isEqualTo(bare.get(0).classification());
      assertThat(points.get(3).classification()).isEqualTo(bare.get(0).classification());
      assertThat(bare.get(0).contributions().orElseThrow().allLoss()).isZero();
    }
  }

  @Test
  void sharedAndSeparatePassesGiveTheSameBits() {
    GoldenCase golden = GoldenCase.read("tanh_deep");
    List<Scheme> schemes =
        List.of(
            new Scheme.Linear(),
            new Scheme.HomogeneousBias(),
            new Scheme.HomogeneousLastBias(),
            new Scheme.BiasesOnly(Held.FINAL),
            new Scheme.Scale());
    try (Device device = Nd4jDevice.open(Precision.FLOAT32)) {
      List<PathPoint> together =
          evaluate(device, golden, golden.initial(), golden.minimizer(), schemes, ALL, 0.45);
      for (int i = 0; i < schemes.size(); i++) {
        PathPoint alone =
            evaluate(
                    device,
                    golden,
                    golden.initial(),
                    golden.minimizer(),
                    List.of(schemes.get(i)),
                    PLAIN,
                    0.45)
                .get(0);
        assertThat(together.get(i).classification()).isEqualTo(alone.classification());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"fcn3,true,true", "conv_small,true,true", "tanh_deep,true,true", "fcn3,false,false"})
  void thePlannedMemoryIsKept(String name, boolean split, boolean contributions) {
    GoldenCase golden = GoldenCase.read(name);
    List<Scheme> schemes =
        List.of(new Scheme.Linear(), new Scheme.HomogeneousBias(), new Scheme.Scale());
    Measurements measurements = new Measurements(split, contributions);
    for (int batch : new int[] {0, 11}) {
      EvaluationLimits limits = new EvaluationLimits(64L << 20, batch);
      PathPlan plan =
          PathPlan.of(
              golden.network(),
              golden.data().size(),
              schemes,
              measurements,
              AlphaGrid.uniform(0, 1, 21),
              limits,
              Precision.FLOAT32);
      try (Device device = Nd4jDevice.open(Precision.FLOAT32);
          PathEvaluator evaluator =
              PathEvaluator.open(
                  device,
                  golden.network(),
                  golden.initial(),
                  golden.minimizer(),
                  golden.data(),
                  schemes,
                  measurements,
                  limits)) {
        assertThat(evaluator.batchSize()).isEqualTo(plan.batchSize());
        for (double alpha : new double[] {0, 0.25, 0.5, 1}) {
          evaluator.evaluate(alpha, BatchListener.NONE);
        }
        // Biases are not planned for: they are as small as the slack.
        assertThat(device.allocatedBytes())
            .isBetween(plan.peakBytes() / 2, plan.peakBytes() + 16_384);
      }
    }
  }

  @Test
  void passesAreCountedAsTheyAreShared() {
    GoldenCase golden = GoldenCase.read("fcn4_zero_b0");
    AlphaGrid grid = AlphaGrid.uniform(0.01, 0.99, 50);
    PathPlan one = plan(golden, List.of(new Scheme.Linear()), PLAIN, grid);
    PathPlan withSplit =
        plan(golden, List.of(new Scheme.Linear()), new Measurements(true, false), grid);
    PathPlan lastBias =
        plan(
            golden,
            List.of(new Scheme.Linear(), new Scheme.HomogeneousLastBias()),
            new Measurements(true, false),
            grid);
    PathPlan contributions = plan(golden, List.of(new Scheme.Linear()), ALL, grid);
    assertThat(one.sharesFirstProduct()).isTrue();
    assertThat(one.passes()).isLessThan(50);
    assertThat(withSplit.passes()).isEqualTo(one.passes());
    assertThat(lastBias.passes()).isEqualTo(one.passes());
    assertThat(lastBias.schemePasses().get(1)).isZero();
    assertThat(lastBias.separatePasses()).isEqualTo(200);
    assertThat(contributions.passes()).isBetween(one.passes(), 6 * one.passes());
    assertThat(contributions.separatePasses()).isEqualTo(50 * 7);
    // A million samples in one MiB: streamed in small batches.
    PathPlan small =
        PathPlan.of(
            golden.network(),
            1_000_000,
            List.of(new Scheme.Linear()),
            PLAIN,
            grid,
            new EvaluationLimits(1L << 20, 0),
            Precision.FLOAT64);
    assertThat(small.sharesFirstProduct()).isFalse();
    assertThat(small.holdsData()).isFalse();
    assertThat(small.peakBytes()).isLessThanOrEqualTo(1L << 20);
    assertThat(small.streamedBytes()).isEqualTo(8L * 16 * 1_000_000);
  }

  @Test
  void nonFiniteLogitsAreReportedAndNotAveraged() {
    GoldenCase golden = GoldenCase.read("fcn3");
    ParameterLayout layout = ParameterLayout.of(golden.network());
    float[] broken = golden.minimizer().toArray();
    ParameterSpec lastBias = layout.bias(3).orElseThrow();
    broken[lastBias.offset() + 2] = Float.NaN;
    try (Device device = Nd4jDevice.open(Precision.FLOAT32)) {
      Parameters to = Parameters.wrap(layout, broken);
      List<Scheme> linear = List.of(new Scheme.Linear());
      Classification half =
          evaluate(device, golden, golden.initial(), to, linear, ALL, 0.5).get(0).classification();
      assertThat(half.nonFiniteLogits()).isEqualTo(golden.data().size());
      assertThat(half.loss()).isNaN();
      assertThat(half.error()).isEqualTo(1.0);
      assertThat(half.histogram()).containsOnly(0L);
      Classification start =
          evaluate(device, golden, golden.initial(), to, linear, ALL, 0).get(0).classification();
      assertThat(start.nonFiniteLogits()).isZero();
      assertThat(start.loss()).isFinite();
    }
  }

  @Test
  void aListenerStopsBetweenBatchesAndTheEvaluatorGoesOn() {
    GoldenCase golden = GoldenCase.read("fcn3");
    try (Device device = Nd4jDevice.open(Precision.FLOAT32);
        PathEvaluator evaluator =
            PathEvaluator.open(
                device,
                golden.network(),
                golden.initial(),
                golden.minimizer(),
                golden.data(),
                List.of(new Scheme.Linear()),
                ALL,
                new EvaluationLimits(64L << 20, 16))) {
      List<PathPoint> before = evaluator.evaluate(0.4, BatchListener.NONE);
      assertThatThrownBy(
              () ->
                  evaluator.evaluate(
                      0.4,
                      (done, total) -> {
                        if (done >= 32) {
                          throw new CancellationException();
                        }
                      }))
          .isInstanceOf(CancellationException.class);
      assertThat(evaluator.evaluate(0.4, BatchListener.NONE)).isEqualTo(before);
    }
  }

  @Test
  void gridsAndEndsThatDoNotFitAreRefusedByField() {
    assertThatThrownBy(() -> AlphaGrid.uniform(0, 1, 0)).hasMessageContaining("0 alphas");
    assertThatThrownBy(() -> AlphaGrid.uniform(1, 0, 5)).hasMessageContaining("not above start");
    assertThatThrownBy(() -> AlphaGrid.explicit(0.5, Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> AlphaGrid.explicit(0.5, 0.5)).hasMessageContaining("twice");
    assertThatThrownBy(() -> AlphaGrid.explicit(0.5, 0.5 + 1e-12)).hasMessageContaining("nearer");
    assertThat(AlphaGrid.uniform(0.1, 0.86, 7).toArray()).startsWith(0.1).endsWith(0.86);
    assertThat(AlphaGrid.uniform(0, 1, 11).toArray()).contains(0.3, 0.6, 0.7).endsWith(1.0);
    GoldenCase golden = GoldenCase.read("fcn3");
    GoldenCase other = GoldenCase.read("tanh_deep");
    try (Device device = Nd4jDevice.open(Precision.FLOAT32)) {
      assertThatThrownBy(
              () ->
                  evaluate(
                      device,
                      golden,
                      other.initial(),
                      golden.minimizer(),
                      List.of(new Scheme.Linear()),
                      ALL,
                      0))
          .isInstanceOf(PathException.class);
      assertThatThrownBy(
              () ->
                  evaluate(
                      device,
                      golden,
                      golden.initial(),
                      golden.minimizer(),
                      List.of(new Scheme.Layers(new TreeSet<>(List.of(4)), Held.INIT)),
                      ALL,
                      0))
          .hasMessageContaining("layer 4");
    }
  }

  private static PathPlan plan(
      GoldenCase golden, List<Scheme> schemes, Measurements measurements, AlphaGrid grid) {
    return PathPlan.of(
        golden.network(),
        golden.data().size(),
        schemes,
        measurements,
        grid,
        EvaluationLimits.DEFAULT,
        Precision.FLOAT32);
  }

  private static List<PathPoint> evaluate(
      Device device,
      GoldenCase golden,
      Parameters from,
      Parameters to,
      List<Scheme> schemes,
      Measurements measurements,
      double alpha) {
    Dataset data = golden.data();
    try (PathEvaluator evaluator =
        PathEvaluator.open(
            device,
            golden.network(),
            from,
            to,
            data,
            schemes,
            measurements,
            EvaluationLimits.DEFAULT)) {
      return evaluator.evaluate(alpha, BatchListener.NONE);
    }
  }

  private static Parameters withoutBiases(Parameters parameters, ParameterLayout layout) {
    float[] values = parameters.toArray();
    for (ParameterSpec parameter : layout.parameters()) {
      if (parameter.role() == Role.BIAS) {
        Arrays.fill(values, parameter.offset(), parameter.offset() + parameter.size(), 0);
      }
    }
    return Parameters.wrap(layout, values);
  }
}
