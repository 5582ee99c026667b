package io.plateau.core.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.plateau.core.golden.GoldenCase;
import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.Precision;
import io.plateau.core.kernel.nd4j.Nd4jDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every scheme and every measurement against independent float64 values. */
class GoldenPathTest {
  private static final Measurements ALL = new Measurements(true, true);

  @ParameterizedTest(name = "{0} {1} batch {2} memory {3}")
  @CsvSource({
    "fcn3,FLOAT32,0,4294967296",
    "fcn3,FLOAT64,0,4294967296",
    "fcn3,FLOAT32,7,4294967296",
    "fcn3,FLOAT32,64,1048576",
    "fcn4_zero_b0,FLOAT32,0,4294967296",
    "fcn4_zero_b0,FLOAT64,50,4294967296",
    "tanh_deep,FLOAT32,0,4294967296",
    "tanh_deep,FLOAT64,0,4294967296",
    "conv_small,FLOAT32,0,4294967296",
    "conv_small,FLOAT64,33,4294967296"
  })
  void pointsAreTheReferences(String name, Precision precision, int batchSize, long memory) {
    GoldenCase golden = GoldenCase.read(name);
    List<Scheme> schemes = new ArrayList<>();
    golden.expected().get("curves").forEach(curve -> schemes.add(scheme(curve)));
    double tolerance = precision == Precision.FLOAT32 ? 1e-5 : 1e-9;
    try (Device device = Nd4jDevice.open(precision);
        PathEvaluator evaluator =
            PathEvaluator.open(
                device,
                golden.network(),
                golden.initial(),
                golden.minimizer(),
                golden.data(),
                schemes,
                ALL,
                new EvaluationLimits(memory, batchSize))) {
      long steady = 0;
      TreeSet<Double> alphas = new TreeSet<>();
      golden
          .expected()
          .get("curves")
          .forEach(c -> c.get("points").forEach(p -> alphas.add(p.get("alpha").asDouble())));
      int compared = 0;
      for (double alpha : alphas) {
        List<PathPoint> points = evaluator.evaluate(alpha, BatchListener.NONE);
        for (int i = 0; i < schemes.size(); i++) {
          JsonNode curve = golden.expected().get("curves").get(i);
          for (JsonNode expected : curve.get("points")) {
            if (expected.get("alpha").asDouble() == alpha) {
              assertPoint(points.get(i), expected, curve, tolerance);
              compared++;
            }
          }
        }
        if (alpha == 0.5) {
          steady = device.allocatedBytes();
        } else if (alpha > 0.5 && alpha < 1) {
          assertThat(device.allocatedBytes())
              .as("no allocation at alpha %s", alpha)
              .isEqualTo(steady);
        }
      }
      assertThat(compared).isGreaterThan(160);
    }
  }

  static Scheme scheme(JsonNode curve) {
    return switch (curve.get("scheme").asText()) {
      case "LINEAR" -> new Scheme.Linear();
      case "HOMOGENEOUS_BIAS" -> new Scheme.HomogeneousBias();
      case "HOMOGENEOUS_LAST_BIAS" -> new Scheme.HomogeneousLastBias();
      case "WEIGHTS_ONLY" -> new Scheme.WeightsOnly(Held.valueOf(curve.get("held").asText()));
      case "BIASES_ONLY" -> new Scheme.BiasesOnly(Held.valueOf(curve.get("held").asText()));
      case "LAYERS" -> {
        TreeSet<Integer> layers = new TreeSet<>();
        curve.get("layers").forEach(layer -> layers.add(layer.asInt()));
        yield new Scheme.Layers(layers, Held.valueOf(curve.get("rest").asText()));
      }
      case "SCALE" -> new Scheme.Scale();
      default -> throw new AssertionError(curve.get("scheme"));
    };
  }

  private static void assertPoint(
      PathPoint point, JsonNode expected, JsonNode curve, double tolerance) {
    String at = curve.get("scheme") + " alpha " + point.alpha();
    Classification actual = point.classification();
    int nearTies = expected.get("near_ties").asInt();
    double sample = 1.0 / actual.samples();
    assertThat(actual.samples()).as(at).isEqualTo(expected.get("samples").asLong());
    assertThat(actual.nonFiniteLogits())
        .as(at)
        .isEqualTo(expected.get("nonfinite_logits").asLong());
    assertRelative(actual.loss(), expected.get("loss").asDouble(), tolerance, at + " loss");
    assertThat(actual.error())
        .as(at + " error")
        .isCloseTo(expected.get("error").asDouble(), within(nearTies * sample + 1e-9));
    for (int c = 0; c < actual.classErrors().size(); c++) {
      assertOptional(
          actual.classLosses().get(c),
          expected.get("per_class_loss").get(c),
          tolerance,
          1,
          at + " class loss");
      if (nearTies == 0) {
        assertOptional(
            actual.classErrors().get(c),
            expected.get("per_class_error").get(c),
            1e-9,
            1,
            at + " class error");
        assertThat(actual.histogram().get(c))
            .as(at + " histogram")
            .isEqualTo(expected.get("histogram").get(c).asLong());
      }
    }
    assertSplit(point.lastLayerSplit().orElseThrow(), expected, curve, tolerance, sample, at);
    assertContributions(point.contributions().orElseThrow(), expected, tolerance, sample, at);
  }

  private static void assertSplit(
      LastLayerSplit split,
      JsonNode point,
      JsonNode curve,
      double tolerance,
      double sample,
      String at) {
    JsonNode expected = point.get("last_layer");
    int nearTies = expected.get("near_ties").asInt();
    int tiesWith = point.get("near_ties").asInt();
    assertRelative(
        split.lossWithout(),
        expected.get("loss_without").asDouble(),
        tolerance,
        at + " loss without");
    assertThat(split.errorWithout())
        .as(at)
        .isCloseTo(expected.get("error_without").asDouble(), within(nearTies * sample + 1e-9));
    assertThat(split.top()).as(at + " top").isEqualTo(expected.get("top").asInt());
    assertThat(split.second()).as(at + " second").isEqualTo(expected.get("second").asInt());
    assertThat(split.gap())
        .as(at)
        .isCloseTo(expected.get("gap").asDouble(), within(tolerance * largest(curve, "gap")));
    assertThat(split.spread())
        .as(at)
        .isCloseTo(expected.get("spread").asDouble(), within(tolerance * largest(curve, "spread")));
    assertThat(split.shareChanged())
        .as(at + " share changed")
        .isCloseTo(
            expected.get("share_changed").asDouble(),
            within((nearTies + tiesWith) * sample + 1e-9));
    assertThat(split.shareTop())
        .as(at)
        .isCloseTo(expected.get("share_top").asDouble(), within(tiesWith * sample + 1e-9));
    for (int c = 0; c < split.biasMargins().size(); c++) {
      assertOptional(
          split.marginMeans().get(c),
          expected.get("margin_mean").get(c),
          tolerance,
          largest(curve, "margin_mean"),
          at);
      assertOptional(
          split.marginMaxima().get(c),
          expected.get("margin_max").get(c),
          tolerance,
          largest(curve, "margin_max"),
          at);
      assertThat(split.biasMargins().get(c))
          .as(at)
          .isCloseTo(
              expected.get("bias_margin").get(c).asDouble(),
              within(tolerance * largest(curve, "bias_margin")));
    }
  }

  private static void assertContributions(
      BiasContributions actual, JsonNode point, double tolerance, double sample, String at) {
    JsonNode expected = point.get("bias_contribution");
    int base = point.get("near_ties").asInt();
    int layers = actual.loss().size();
    for (int h = 0; h < layers; h++) {
      int ties = base + expected.get("near_ties").get(h).asInt();
      // A loss difference is held to the absolute tolerance of the losses it is made of.
      assertThat(actual.loss().get(h))
          .as(at + " loss of bias " + (h + 1))
          .isCloseTo(
              expected.get("loss").get(h).asDouble(),
              within(tolerance * Math.max(1, point.get("loss").asDouble())));
      assertThat(actual.error().get(h))
          .as(at)
          .isCloseTo(expected.get("error").get(h).asDouble(), within(ties * sample + 1e-9));
    }
    int ties = base + expected.get("near_ties").get(layers).asInt();
    assertThat(actual.allLoss())
        .as(at + " loss of all biases")
        .isCloseTo(
            expected.get("all_loss").asDouble(),
            within(tolerance * Math.max(1, point.get("loss").asDouble())));
    assertThat(actual.allError())
        .as(at)
        .isCloseTo(expected.get("all_error").asDouble(), within(ties * sample + 1e-9));
  }

  private static double largest(JsonNode curve, String field) {
    double largest = 1e-300;
    for (JsonNode point : curve.get("points")) {
      JsonNode value = point.get("last_layer").get(field);
      for (JsonNode entry : value.isArray() ? value : List.of(value)) {
        largest = Math.max(largest, Math.abs(entry.asDouble()));
      }
    }
    return largest;
  }

  private static void assertOptional(
      OptionalDouble actual, JsonNode expected, double tolerance, double scale, String at) {
    assertThat(actual.isEmpty()).as(at).isEqualTo(expected.isNull());
    actual.ifPresent(
        value ->
            assertThat(value)
                .as(at)
                .isCloseTo(
                    expected.asDouble(),
                    within(
                        tolerance
                            * (scale == 1 ? Math.max(1, Math.abs(expected.asDouble())) : scale))));
  }

  private static void assertRelative(double actual, double expected, double tolerance, String at) {
    assertThat(actual)
        .as(at)
        .isCloseTo(expected, within(tolerance * Math.max(1, Math.abs(expected))));
  }
}
