package io.plateau.core.curve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every summary of the golden files, from their own points. The points are float64 with ten digits,
 * so the limits are tighter here than the golden tolerances, which allow for a float32 evaluation.
 */
class GoldenSummaryTest {
  private static final Offset<Double> LOSS = within(2e-9);
  private static final Offset<Double> SHARE = within(2e-9);
  private static final Offset<Double> ALPHA = within(1e-7);
  private static final List<String> CASES =
      List.of("fcn3", "fcn4_zero_b0", "conv_small", "tanh_deep");

  record GoldenCurve(String name, JsonNode pair, JsonNode curve) {
    @Override
    public String toString() {
      return name;
    }

    CurveSummary summarize() {
      List<CurvePoint> points = new ArrayList<>();
      for (JsonNode point : curve.get("points")) {
        points.add(
            new CurvePoint(
                point.get("alpha").doubleValue(),
                point.get("loss").doubleValue(),
                point.get("error").doubleValue()));
      }
      long[] counts = new long[pair.get("class_counts").size()];
      for (int y = 0; y < counts.length; y++) {
        counts[y] = pair.get("class_counts").get(y).longValue();
      }
      return CurveSummary.of(
          Curve.of(points),
          TrainingOutcome.of(counts, pair.at("/ends/final/error").doubleValue()),
          SummaryOptions.DEFAULT.withPlateauTolerance(pair.get("tol").doubleValue()));
    }
  }

  static Stream<GoldenCurve> curves() throws IOException {
    List<GoldenCurve> curves = new ArrayList<>();
    for (String name : CASES) {
      try (InputStream in =
          GoldenSummaryTest.class.getResourceAsStream("/golden/" + name + "/expected.json")) {
        JsonNode pair = new ObjectMapper().readTree(in);
        for (JsonNode curve : pair.get("curves")) {
          String scheme =
              curve.get("scheme").textValue()
                  + (curve.has("held") ? " " + curve.get("held").textValue() : "");
          curves.add(new GoldenCurve(name + " " + scheme, pair, curve));
        }
      }
    }
    return curves.stream();
  }

  @Test
  void allCurvesAreThere() throws IOException {
    assertThat(curves()).hasSize(32);
  }

  @ParameterizedTest
  @MethodSource("curves")
  void segment(GoldenCurve golden) {
    assertShape(golden.summarize().segment(), golden.curve().get("summary"));
  }

  @ParameterizedTest
  @MethodSource("curves")
  void allPoints(GoldenCurve golden) {
    CurveSummary summary = golden.summarize();
    JsonNode expected = golden.curve().at("/summary/all_points");

    assertThat(summary.allPoints().isPresent()).isEqualTo(!expected.isMissingNode());
    summary.allPoints().ifPresent(shape -> assertShape(shape, expected));
  }

  @ParameterizedTest
  @MethodSource("curves")
  void errorPlateau(GoldenCurve golden) {
    assertPlateau(
        golden.summarize().errorPlateau(), golden.curve().at("/summary/error_plateau"), SHARE);
  }

  @ParameterizedTest
  @MethodSource("curves")
  void lossPlateau(GoldenCurve golden) {
    assertPlateau(
        golden.summarize().lossPlateau(), golden.curve().at("/summary/loss_plateau"), LOSS);
  }

  @ParameterizedTest
  @MethodSource("curves")
  void outcome(GoldenCurve golden) {
    CurveSummary summary = golden.summarize();

    assertThat(summary.failedTraining())
        .isEqualTo(golden.pair().get("failed_training").booleanValue());
    assertThat(summary.outcome().errorReference())
        .isCloseTo(golden.pair().get("error_reference").doubleValue(), SHARE);
    assertThat(summary.marks()).isEmpty();
    assertThat(summary.nonFinitePoints()).isZero();
  }

  private static void assertShape(LossShape shape, JsonNode expected) {
    Monotonicity monotonicity = shape.monotonicity().orElseThrow();
    assertThat(monotonicity.delta()).isCloseTo(expected.get("delta").doubleValue(), LOSS);
    assertOptional(monotonicity.from(), expected.get("delta_from"), ALPHA);
    assertOptional(monotonicity.to(), expected.get("delta_to"), ALPHA);
    assertThat(monotonicity.monotone()).isEqualTo(expected.get("delta").doubleValue() <= 1e-5);

    Convexity convexity = shape.convexity().orElseThrow();
    assertOptional(convexity.convexShare(), expected.get("convex_share"), SHARE);
    assertThat(convexity.convexUncertain()).isEqualTo(expected.get("convex_uncertain").intValue());
    assertThat(convexity.underChordShare())
        .isCloseTo(expected.get("under_chord_share").doubleValue(), SHARE);
    assertOptional(
        convexity.underChordShareInterior(), expected.get("under_chord_share_interior"), SHARE);
    assertThat(convexity.underChordUncertain())
        .isEqualTo(expected.get("under_chord_uncertain").intValue());

    Barriers barriers = shape.barriers().orElseThrow();
    assertThat(barriers.overMeanOfEnds())
        .isCloseTo(expected.get("barrier_mean").doubleValue(), LOSS);
    assertThat(barriers.overChord()).isCloseTo(expected.get("barrier_chord").doubleValue(), LOSS);
    assertThat(barriers.overHigherEnd()).isCloseTo(expected.get("barrier_max").doubleValue(), LOSS);
  }

  private static void assertPlateau(
      PlateauMeasures plateau, JsonNode expected, Offset<Double> value) {
    assertThat(plateau.degenerate()).isEqualTo(expected.get("degenerate").booleanValue());
    assertOptional(plateau.mean(), expected.get("mean_value"), value);
    assertOptional(plateau.threshold(), expected.get("threshold"), value);
    assertOptional(plateau.thresholdMargin(), expected.get("threshold_margin"), value);
    assertOptional(plateau.start(), expected.get("start"), ALPHA);
    assertOptional(plateau.contiguous(), expected.get("contiguous"), ALPHA);
    assertOptional(plateau.last(), expected.get("last"), ALPHA);
    assertOptional(plateau.halfDrop(), expected.get("half_drop"), ALPHA);
    assertOptional(plateau.normalizedArea(), expected.get("auc_normalized"), SHARE);
  }

  private static void assertOptional(
      OptionalDouble actual, JsonNode expected, Offset<Double> offset) {
    if (expected.isNull()) {
      assertThat(actual).isEmpty();
    } else {
      assertThat(actual).isPresent();
      assertThat(actual.getAsDouble()).isCloseTo(expected.doubleValue(), offset);
    }
  }
}
