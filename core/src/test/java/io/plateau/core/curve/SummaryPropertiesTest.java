package io.plateau.core.curve;

import static io.plateau.core.curve.CurvesForTests.curve;
import static io.plateau.core.curve.CurvesForTests.summarize;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

/** What holds of every curve, on grids of any spacing. */
class SummaryPropertiesTest {

  @Provide
  Arbitrary<Curve> curves() {
    return grids()
        .flatMap(
            alphas ->
                Combinators.combine(values(alphas.length, 10), values(alphas.length, 1))
                    .as((losses, errors) -> curve(alphas, losses, errors)));
  }

  @Provide
  Arbitrary<double[]> grids() {
    return Arbitraries.integers()
        .between(1, 9_999)
        .set()
        .ofMaxSize(20)
        .map(
            inner ->
                DoubleStream.concat(
                        DoubleStream.of(0, 1), inner.stream().mapToDouble(i -> i / 10_000.0))
                    .sorted()
                    .toArray());
  }

  private static Arbitrary<double[]> values(int size, double max) {
    // Few distinct values, so that ties are frequent.
    return Arbitraries.integers()
        .between(0, 40)
        .map(i -> i * max / 40)
        .list()
        .ofSize(size)
        .map(list -> list.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Property
  void deltaIsTheLargestRiseOfAnyTwoPoints(@ForAll("curves") Curve curve) {
    double[] losses = curve.points().stream().mapToDouble(CurvePoint::loss).toArray();
    double expected = 0;
    for (int i = 0; i < losses.length; i++) {
      for (int j = i + 1; j < losses.length; j++) {
        expected = Math.max(expected, losses[j] - losses[i]);
      }
    }
    Monotonicity monotonicity = summarize(curve).segment().monotonicity().orElseThrow();

    assertThat(monotonicity.delta()).isEqualTo(expected);
    assertThat(monotonicity.from().isPresent()).isEqualTo(expected > 0);
    if (expected > 0) {
      double from = monotonicity.from().getAsDouble();
      double to = monotonicity.to().getAsDouble();
      assertThat(from).isLessThan(to);
      assertThat(lossAt(curve, to) - lossAt(curve, from)).isEqualTo(expected);
    }
  }

  @Property
  void aFallingCurveHasDeltaZeroAndNoBarrierOverItsEnds(@ForAll("curves") Curve curve) {
    double[] alphas = curve.points().stream().mapToDouble(CurvePoint::alpha).toArray();
    List<Double> losses =
        curve.points().stream().map(CurvePoint::loss).sorted(Collections.reverseOrder()).toList();
    Curve falling =
        curve(
            alphas,
            losses.stream().mapToDouble(Double::doubleValue).toArray(),
            new double[alphas.length]);
    LossShape shape = summarize(falling).segment();

    assertThat(shape.monotonicity().orElseThrow())
        .isEqualTo(new Monotonicity(0, OptionalDouble.empty(), OptionalDouble.empty(), true, 1e-5));
    assertThat(shape.barriers().orElseThrow().overHigherEnd()).isZero();
  }

  @Property
  void pointsOnTheLinesBetweenPointsChangeNoMeasureOfPlaces(
      @ForAll("curves") Curve curve, @ForAll long seed) {
    CurveSummary before = summarize(curve);
    CurveSummary after = summarize(withPointsOnTheLines(curve, new Random(seed)));

    assertSame(after.errorPlateau(), before.errorPlateau());
    assertSame(after.lossPlateau(), before.lossPlateau());
    assertThat(after.segment().monotonicity().orElseThrow().delta())
        .isCloseTo(before.segment().monotonicity().orElseThrow().delta(), within(1e-12));
    assertThat(after.segment().barriers().orElseThrow().overChord())
        .isCloseTo(before.segment().barriers().orElseThrow().overChord(), within(1e-12));
  }

  @Property
  void aStraightLineIsConvexAndUnderItsChordOnEveryGrid(
      @ForAll("grids") double[] alphas,
      @ForAll @DoubleRange(min = 0, max = 1e6) double start,
      @ForAll @DoubleRange(min = 0, max = 1e6) double end) {
    double[] losses = Arrays.stream(alphas).map(a -> (1 - a) * start + a * end).toArray();
    LossShape shape = summarize(curve(alphas, losses, new double[alphas.length])).segment();
    Convexity convexity = shape.convexity().orElseThrow();

    assertThat(convexity.convexShare().orElse(1)).isEqualTo(1);
    assertThat(convexity.underChordShare()).isEqualTo(1);
    assertThat(convexity.convexUncertain()).isEqualTo(alphas.length - 2);
    assertThat(convexity.underChordUncertain()).isEqualTo(alphas.length - 2);
    assertThat(shape.barriers().orElseThrow().overChord())
        .isCloseTo(0, within(1e-12 * Math.max(1, Math.max(start, end))));
  }

  @Property
  void theMeasuresOfAPlateauAreInOrder(@ForAll("curves") Curve curve) {
    for (PlateauMeasures plateau :
        List.of(summarize(curve).errorPlateau(), summarize(curve).lossPlateau())) {
      if (plateau.start().isPresent()) {
        double start = plateau.start().getAsDouble();
        double contiguous = plateau.contiguous().getAsDouble();
        double last = plateau.last().getAsDouble();
        assertThat(start).isBetween(0.0, 1.0);
        assertThat(contiguous).isBetween(start, 1.0);
        assertThat(last).isBetween(contiguous, 1.0);
      }
      if (plateau.marks().isEmpty()) {
        assertThat(plateau.halfDrop().getAsDouble()).isGreaterThan(0).isLessThanOrEqualTo(1);
      }
      assertThat(plateau.start().isPresent()).isEqualTo(plateau.contiguous().isPresent());
      assertThat(plateau.start().isPresent()).isEqualTo(plateau.last().isPresent());
    }
  }

  @Property
  void theErrorStandsAtTheThresholdThroughoutTheContiguousPlateau(@ForAll("curves") Curve curve) {
    PlateauMeasures plateau = summarize(curve).errorPlateau();
    if (plateau.start().isPresent()) {
      double threshold = plateau.threshold().getAsDouble();
      for (CurvePoint point : curve.points()) {
        double alpha = point.alpha();
        if (alpha < plateau.start().getAsDouble() || alpha > plateau.last().getAsDouble()) {
          assertThat(point.error()).isLessThan(threshold);
        } else if (alpha <= plateau.contiguous().getAsDouble()) {
          assertThat(point.error()).isGreaterThanOrEqualTo(threshold - 1e-12);
        }
      }
    }
  }

  @Property
  void shiftingOrScalingTheLossMovesNoPlace(
      @ForAll("curves") Curve curve,
      @ForAll @DoubleRange(min = 0.5, max = 4) double scale,
      @ForAll @DoubleRange(min = -2, max = 2) double shift) {
    Curve moved =
        Curve.of(
            curve.points().stream()
                .map(p -> new CurvePoint(p.alpha(), scale * p.loss() + shift, p.error()))
                .toList());
    PlateauMeasures before = summarize(curve).lossPlateau();
    PlateauMeasures after = summarize(moved).lossPlateau();

    assertThat(after.marks()).isEqualTo(before.marks());
    assertClose(after.normalizedArea(), before.normalizedArea());
    assertClose(after.contiguous(), before.contiguous());
    assertClose(after.last(), before.last());
    assertClose(after.halfDrop(), before.halfDrop());
  }

  private static Curve withPointsOnTheLines(Curve curve, Random random) {
    List<CurvePoint> points = curve.points();
    return Curve.of(
        IntStream.range(0, points.size())
            .boxed()
            .flatMap(
                i ->
                    i == 0
                        ? List.of(points.get(0)).stream()
                        : List.of(between(points.get(i - 1), points.get(i), random), points.get(i))
                            .stream())
            .toList());
  }

  private static CurvePoint between(CurvePoint left, CurvePoint right, Random random) {
    double share = 0.05 + 0.9 * random.nextDouble();
    return new CurvePoint(
        (1 - share) * left.alpha() + share * right.alpha(),
        (1 - share) * left.loss() + share * right.loss(),
        (1 - share) * left.error() + share * right.error());
  }

  private static void assertSame(PlateauMeasures actual, PlateauMeasures expected) {
    assertThat(actual.marks()).isEqualTo(expected.marks());
    assertClose(actual.start(), expected.start());
    assertClose(actual.contiguous(), expected.contiguous());
    assertClose(actual.last(), expected.last());
    assertClose(actual.halfDrop(), expected.halfDrop());
    assertClose(actual.normalizedArea(), expected.normalizedArea());
    assertClose(actual.mean(), expected.mean());
  }

  private static void assertClose(OptionalDouble actual, OptionalDouble expected) {
    assertThat(actual.isPresent()).isEqualTo(expected.isPresent());
    if (expected.isPresent()) {
      assertThat(actual.getAsDouble()).isCloseTo(expected.getAsDouble(), within(1e-9));
    }
  }

  private static double lossAt(Curve curve, double alpha) {
    Optional<CurvePoint> found =
        curve.points().stream().filter(point -> point.alpha() == alpha).findFirst();
    return found.orElseThrow().loss();
  }
}
