package io.plateau.service.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plateau.core.curve.Curve;
import io.plateau.core.curve.CurvePoint;
import io.plateau.core.curve.CurveSummary;
import io.plateau.core.curve.SummaryOptions;
import io.plateau.core.curve.TrainingOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Summaries of the golden curves in the JSON that users see: each value under its name where the
 * golden file has one, absent where it has null.
 */
class GoldenCurveTest {
  private static final Path GOLDEN = Path.of("..", "core", "src", "test", "resources", "golden");

  private static final Map<String, String> SHAPE =
      Map.ofEntries(
          Map.entry("delta", "/monotonicity/drawUp"),
          Map.entry("delta_from", "/monotonicity/drawUpFrom"),
          Map.entry("delta_to", "/monotonicity/drawUpTo"),
          Map.entry("convex_share", "/convexity/convexShare"),
          Map.entry("convex_uncertain", "/convexity/convexUncertain"),
          Map.entry("under_chord_share", "/convexity/underChordShare"),
          Map.entry("under_chord_share_interior", "/convexity/underChordShareInterior"),
          Map.entry("under_chord_uncertain", "/convexity/underChordUncertain"),
          Map.entry("barrier_mean", "/barriers/aboveMeanOfEnds"),
          Map.entry("barrier_chord", "/barriers/aboveChord"),
          Map.entry("barrier_max", "/barriers/aboveMaxOfEnds"));

  private static final Map<String, String> PLATEAU =
      Map.of(
          "threshold", "/threshold",
          "threshold_margin", "/thresholdMargin",
          "start", "/start",
          "contiguous", "/contiguousEnd",
          "last", "/lastEnd",
          "half_drop", "/halfDrop",
          "auc_normalized", "/normalizedArea",
          "mean_value", "/meanValue");

  record GoldenCurve(String name, JsonNode pair, JsonNode curve) {
    @Override
    public String toString() {
      return name;
    }

    JsonNode json() {
      List<CurvePoint> points = new ArrayList<>();
      for (JsonNode point : curve.get("points")) {
        points.add(
            new CurvePoint(
                point.get("alpha").doubleValue(),
                point.get("loss").doubleValue(),
                point.get("error").doubleValue()));
      }
      long[] counts =
          StreamSupport.stream(pair.get("class_counts").spliterator(), false)
              .mapToLong(JsonNode::longValue)
              .toArray();
      CurveSummary summary =
          CurveSummary.of(
              Curve.of(points),
              TrainingOutcome.of(counts, pair.at("/ends/final/error").doubleValue()),
              SummaryOptions.DEFAULT);
      return Messages.tree(CurveSummaryTranslation.toProto(summary, 0));
    }
  }

  static Stream<GoldenCurve> curves() throws IOException {
    List<GoldenCurve> curves = new ArrayList<>();
    for (String name : List.of("fcn3", "fcn4_zero_b0", "conv_small", "tanh_deep")) {
      JsonNode pair =
          new ObjectMapper().readTree(GOLDEN.resolve(name).resolve("expected.json").toFile());
      for (JsonNode curve : pair.get("curves")) {
        curves.add(new GoldenCurve(name + " " + curve.get("scheme").textValue(), pair, curve));
      }
    }
    assertThat(curves).hasSize(32);
    return curves.stream();
  }

  @ParameterizedTest
  @MethodSource("curves")
  void jsonHoldsWhatTheGoldenFileHolds(GoldenCurve golden) {
    JsonNode json = golden.json();
    JsonNode expected = golden.curve().get("summary");
    assertThat(json.toString()).doesNotContain("NaN", "Infinity");
    assertFields(json.at("/segment"), expected, SHAPE);
    assertThat(json.has("allPoints")).isEqualTo(expected.has("all_points"));
    if (expected.has("all_points")) {
      assertFields(json.at("/allPoints"), expected.get("all_points"), SHAPE);
    }
    assertFields(json.at("/errorPlateau"), expected.get("error_plateau"), PLATEAU);
    assertFields(json.at("/lossPlateau"), expected.get("loss_plateau"), PLATEAU);
    assertThat(json.at("/errorPlateau").has("marks")).isFalse();
    assertThat(json.at("/errorReference").doubleValue())
        .isCloseTo(golden.pair().get("error_reference").doubleValue(), within(1e-9));
  }

  /** A plain 0 is left out of protobuf JSON; an absent value is left out where null is expected. */
  private static void assertFields(JsonNode json, JsonNode expected, Map<String, String> names) {
    names.forEach(
        (name, pointer) -> {
          JsonNode value = expected.path(name);
          assertThat(value.isMissingNode()).as(name).isFalse();
          if (value.isNull()) {
            assertThat(json.at(pointer).isMissingNode()).as(name).isTrue();
          } else {
            assertThat(json.at(pointer).asDouble(0))
                .as(name)
                .isCloseTo(value.doubleValue(), within(1e-7));
          }
        });
  }
}
