package io.plateau.service.translation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.plateau.core.curve.Curve;
import io.plateau.core.curve.CurvePoint;
import io.plateau.core.curve.CurveSummary;
import io.plateau.core.curve.Mark;
import io.plateau.core.curve.SummaryOptions;
import io.plateau.core.curve.TrainingOutcome;
import io.plateau.proto.common.v1.Plateau;
import io.plateau.proto.common.v1.PlateauMark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CurveSummaryTranslationTest {
  private static final TrainingOutcome LEARNED = new TrainingOutcome(0.75, 0);

  /** Points of alpha, loss, error. */
  private static io.plateau.proto.common.v1.CurveSummary summary(
      TrainingOutcome outcome, double[]... points) {
    List<CurvePoint> curve =
        Arrays.stream(points).map(point -> new CurvePoint(point[0], point[1], point[2])).toList();
    return CurveSummaryTranslation.toProto(
        CurveSummary.of(Curve.of(curve), outcome, SummaryOptions.DEFAULT), 3);
  }

  private static double[] at(double alpha, double loss, double error) {
    return new double[] {alpha, loss, error};
  }

  @Test
  void everyMarkOfCoreHasOneOfTheContract() {
    Set<PlateauMark> told =
        Arrays.stream(Mark.values())
            .map(CurveSummaryTranslation::toProto)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(PlateauMark.class)));
    assertThat(told)
        .isEqualTo(
            EnumSet.complementOf(
                EnumSet.of(PlateauMark.PLATEAU_MARK_UNSPECIFIED, PlateauMark.UNRECOGNIZED)))
        .hasSize(Mark.values().length);
  }

  @Test
  void aWholeCurve() {
    io.plateau.proto.common.v1.CurveSummary message =
        summary(LEARNED, at(0, 2, 0.75), at(0.5, 1, 0.75), at(1, 1.5, 0));
    assertThat(message)
        .isEqualTo(
            Messages.read(
                """
                {'schemeIndex': 3,
                 'segment': {
                   'firstAlpha': 0, 'lastAlpha': 1, 'points': 3,
                   'monotonicity': {'drawUp': 0.5, 'drawUpFrom': 0.5, 'drawUpTo': 1,
                                    'tolerance': 1e-5},
                   'convexity': {'convexShare': 1, 'underChordShare': 1,
                                 'underChordShareInterior': 1},
                   'barriers': {'aboveMeanOfEnds': 0.25}},
                 'errorPlateau': {
                   'threshold': %s, 'thresholdMargin': %s, 'start': 0, 'contiguousEnd': %s,
                   'lastEnd': %s, 'halfDrop': 0.75, 'normalizedArea': 0.75, 'meanValue': 0.5625},
                 'lossPlateau': {
                   'threshold': 1.975, 'thresholdMargin': %s, 'start': 0, 'contiguousEnd': %s,
                   'lastEnd': %s, 'halfDrop': 0.125, 'normalizedArea': -0.25, 'meanValue': 1.375},
                 'errorReference': 0.75,
                 'options': {'tolerance': 0.05, 'monotonicityTolerance': 1e-5,
                             'lossPrecision': 1e-5},
                 'finalError': 0}
                """
                    .formatted(
                        message.getErrorPlateau().getThreshold(),
                        message.getErrorPlateau().getThresholdMargin(),
                        message.getErrorPlateau().getContiguousEnd(),
                        message.getErrorPlateau().getLastEnd(),
                        message.getLossPlateau().getThresholdMargin(),
                        message.getLossPlateau().getContiguousEnd(),
                        message.getLossPlateau().getLastEnd()),
                io.plateau.proto.common.v1.CurveSummary.getDefaultInstance()));
    assertThat(message.getErrorPlateau().getContiguousEnd()).isBetween(0.52, 0.53);
    assertThat(message.getLossPlateau().getContiguousEnd()).isBetween(0.012, 0.013);
    assertThat(message.hasAllPoints()).isFalse();
  }

  @Test
  void onePointHasAlmostNothing() {
    io.plateau.proto.common.v1.CurveSummary message = summary(LEARNED, at(0.5, 1, 0.5));
    assertThat(message.getSegment().getPoints()).isEqualTo(1);
    assertThat(message.getSegment().getFirstAlpha()).isEqualTo(0.5);
    assertThat(message.getSegment().hasMonotonicity()).isFalse();
    assertThat(message.getSegment().hasConvexity()).isFalse();
    assertThat(message.getSegment().hasBarriers()).isFalse();
    assertThat(message.getErrorPlateau().getMarksList())
        .containsExactly(
            PlateauMark.PLATEAU_MARK_LACKS_ALPHA_ZERO, PlateauMark.PLATEAU_MARK_LACKS_ALPHA_ONE);
    assertNothingMeasured(message.getErrorPlateau());
    assertThat(message.getErrorPlateau().hasMeanValue()).isFalse();
    assertThat(message.getErrorPlateau().hasThreshold()).isTrue();
    assertThat(message.getLossPlateau().hasThreshold()).isFalse();
  }

  @Test
  void twoPointsHaveNoInterior() {
    io.plateau.proto.common.v1.CurveSummary message = summary(LEARNED, at(0, 1, 0.75), at(1, 0, 0));
    assertThat(message.getSegment().hasConvexity()).isTrue();
    assertThat(message.getSegment().getConvexity().hasConvexShare()).isFalse();
    assertThat(message.getSegment().getConvexity().hasUnderChordShareInterior()).isFalse();
    assertThat(message.getSegment().getConvexity().getUnderChordShare()).isEqualTo(1);
    assertThat(message.getSegment().getMonotonicity().hasDrawUpFrom()).isFalse();
  }

  @Test
  void noPointInTheSegmentHasNoFirstAlpha() {
    io.plateau.proto.common.v1.CurveSummary message =
        summary(LEARNED, at(1.5, 1, 0.5), at(2, 2, 0.5));
    assertThat(message.getSegment().hasFirstAlpha()).isFalse();
    assertThat(message.getSegment().hasLastAlpha()).isFalse();
    assertThat(message.getAllPoints().getFirstAlpha()).isEqualTo(1.5);
    assertThat(message.getAllPoints().getMonotonicity().getDrawUp()).isEqualTo(1);
  }

  @Test
  void whatIsNotFiniteIsCountedAndMarked() {
    io.plateau.proto.common.v1.CurveSummary message =
        summary(LEARNED, at(0, 1, 0.75), at(0.5, Double.NaN, 0.5), at(1, 0, 0));
    assertThat(message.getNonFinitePoints()).isEqualTo(1);
    assertThat(message.getSegment().getNonFiniteLosses()).isEqualTo(1);
    assertThat(message.getSegment().hasMonotonicity()).isFalse();
    assertThat(message.getLossPlateau().getMarksList())
        .containsExactly(PlateauMark.PLATEAU_MARK_NON_FINITE);
    assertThat(message.getLossPlateau().getNonFinitePoints()).isEqualTo(1);
    assertNothingMeasured(message.getLossPlateau());
    assertThat(message.getErrorPlateau().getMarksList()).isEmpty();
    assertThat(message.getErrorPlateau().hasHalfDrop()).isTrue();
    assertThat(Messages.json(message)).doesNotContain("NaN");
  }

  @Test
  void failedTrainings() {
    io.plateau.proto.common.v1.CurveSummary high =
        summary(new TrainingOutcome(0.75, 0.5), at(0, 1, 0.75), at(1, 0, 0.5));
    assertThat(high.getFailedTraining()).isTrue();
    assertThat(high.getFinalError()).isEqualTo(0.5);
    assertThat(high.getErrorPlateau().getMarksList())
        .containsExactly(PlateauMark.PLATEAU_MARK_FAILED_TRAINING);

    io.plateau.proto.common.v1.CurveSummary unknown =
        summary(new TrainingOutcome(0.75, Double.NaN), at(0, 1, 0.75), at(1, 0, 0.5));
    assertThat(unknown.getFailedTraining()).isTrue();
    assertThat(unknown.hasFinalError()).isFalse();
    assertThat(Messages.json(unknown)).doesNotContain("NaN");
  }

  @Test
  void oneClass() {
    io.plateau.proto.common.v1.CurveSummary message =
        summary(new TrainingOutcome(0, 0), at(0, 1, 0.5), at(1, 0, 0));
    assertThat(message.getErrorReference()).isZero();
    assertThat(message.getFailedTraining()).isFalse();
    assertThat(message.hasFinalError()).isTrue();
    assertThat(message.getErrorPlateau().getMarksList())
        .containsExactly(PlateauMark.PLATEAU_MARK_ONE_CLASS);
  }

  /** Whatever a curve holds, its summary is free of NaN, and marks leave nothing measured. */
  @Property(tries = 300)
  void nothingUndefinedIsWritten(
      @ForAll("curves") Curve curve, @ForAll("outcomes") TrainingOutcome outcome) {
    io.plateau.proto.common.v1.CurveSummary message =
        CurveSummaryTranslation.toProto(CurveSummary.of(curve, outcome, SummaryOptions.DEFAULT), 0);
    assertThat(nonFinite(message)).isEmpty();
    for (Plateau plateau : List.of(message.getErrorPlateau(), message.getLossPlateau())) {
      if (plateau.getMarksCount() > 0) {
        assertNothingMeasured(plateau);
      } else {
        assertThat(plateau.hasHalfDrop() && plateau.hasMeanValue() && plateau.hasThreshold())
            .isTrue();
        assertThat(plateau.hasContiguousEnd()).isEqualTo(plateau.hasStart());
      }
    }
    assertThat(message.hasAllPoints()).isEqualTo(curve.leavesSegment());
    JsonNode json = Messages.tree(message);
    assertThat(json.toString()).doesNotContain("NaN", "Infinity");
  }

  @Provide
  Arbitrary<Curve> curves() {
    Arbitrary<Double> losses =
        Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(20, Arbitraries.doubles().between(0, 5)),
            net.jqwik.api.Tuple.of(1, Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY)));
    Arbitrary<Double> errors = Arbitraries.doubles().between(0, 1);
    return Combinators.combine(
            Arbitraries.integers().between(-2, 12).set().ofMinSize(1).ofMaxSize(12),
            losses.list().ofSize(12),
            errors.list().ofSize(12))
        .as(
            (tenths, loss, error) -> {
              List<CurvePoint> points = new ArrayList<>();
              for (int tenth : new TreeSet<>(tenths)) {
                int i = points.size();
                points.add(new CurvePoint(tenth / 10.0, loss.get(i), error.get(i)));
              }
              return Curve.of(points);
            });
  }

  @Provide
  Arbitrary<TrainingOutcome> outcomes() {
    return Combinators.combine(Arbitraries.of(0.0, 0.75, 0.9), Arbitraries.of(0.0, 0.2, Double.NaN))
        .as(TrainingOutcome::new);
  }

  private static void assertNothingMeasured(Plateau plateau) {
    assertThat(
            List.of(
                plateau.hasStart(),
                plateau.hasContiguousEnd(),
                plateau.hasLastEnd(),
                plateau.hasHalfDrop(),
                plateau.hasNormalizedArea()))
        .containsOnly(false);
  }

  /** Names of the fields that hold a NaN or an infinity. */
  private static List<String> nonFinite(Message message) {
    List<String> found = new ArrayList<>();
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              if (field.getJavaType() == FieldDescriptor.JavaType.DOUBLE
                  && !Double.isFinite((Double) value)) {
                found.add(field.getFullName());
              } else if (value instanceof Message inner) {
                found.addAll(nonFinite(inner));
              }
            });
    return found;
  }
}
