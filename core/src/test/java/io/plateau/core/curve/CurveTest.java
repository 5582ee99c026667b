package io.plateau.core.curve;

import static io.plateau.core.curve.CurvesForTests.at;
import static io.plateau.core.curve.CurvesForTests.losses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurveTest {

  @Test
  void sortsPointsThatArriveInAnyOrder() {
    Curve curve = losses(at(1, 0, 0.5, -0.25), 3, 1, 2, 0);

    assertThat(curve.points()).extracting(CurvePoint::alpha).containsExactly(-0.25, 0.0, 0.5, 1.0);
    assertThat(curve.points()).extracting(CurvePoint::loss).containsExactly(0.0, 1.0, 2.0, 3.0);
  }

  @Test
  void refusesAnEmptyCurve() {
    assertThatThrownBy(() -> Curve.of(List.of()))
        .isInstanceOf(CurveException.class)
        .hasMessageContaining("at least one point");
  }

  @Test
  void refusesDuplicatesAndNamesThem() {
    assertThatThrownBy(() -> losses(at(0, 0.25, 0.25), 1, 2, 3))
        .isInstanceOfSatisfying(
            CurveException.class, e -> assertThat(e.field()).isEqualTo("points"))
        .hasMessageContaining("0.25 and 0.25");
    assertThatThrownBy(() -> losses(at(0.0, -0.0), 1, 2)).isInstanceOf(CurveException.class);
    assertThatThrownBy(() -> losses(at(0.3, 0.1 + 0.2), 1, 2)).isInstanceOf(CurveException.class);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void refusesAnAlphaThatIsNotFinite(double alpha) {
    assertThatThrownBy(() -> new CurvePoint(alpha, 1, 0))
        .isInstanceOfSatisfying(
            CurveException.class, e -> assertThat(e.field()).isEqualTo("alpha"));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.POSITIVE_INFINITY})
  void refusesAnErrorThatIsNoShare(double error) {
    assertThatThrownBy(() -> new CurvePoint(0, 1, error))
        .isInstanceOfSatisfying(
            CurveException.class, e -> assertThat(e.field()).isEqualTo("error"));
  }

  @Test
  void keepsNonFiniteValuesAndCountsThem() {
    Curve curve =
        Curve.of(
            List.of(
                new CurvePoint(0, Double.NaN, 0.5),
                new CurvePoint(0.5, Double.POSITIVE_INFINITY, Double.NaN),
                new CurvePoint(1, 1, Double.NaN),
                new CurvePoint(1.5, 1, 0.5)));

    assertThat(curve.points()).hasSize(4);
    assertThat(curve.nonFinitePoints()).isEqualTo(3);
  }

  @Test
  void knowsWhetherItLeavesTheSegment() {
    assertThat(losses(at(0, 1), 1, 0).leavesSegment()).isFalse();
    assertThat(losses(at(0, 1.25), 1, 0).leavesSegment()).isTrue();
    assertThat(losses(at(-0.25, 0.5), 1, 0).leavesSegment()).isTrue();
  }

  @Test
  void takesAnEndSummedUpInStepsForTheEnd() {
    double sum = 0;
    for (int i = 0; i < 10; i++) {
      sum += 0.1;
    }
    assertThat(sum).isNotEqualTo(1);

    for (double end : new double[] {sum, Math.nextUp(1.0)}) {
      Curve curve = losses(at(-1e-17, 0.5, end), 2, 1, 0);
      assertThat(curve.leavesSegment()).isFalse();
      assertThat(CurvesForTests.summarize(curve).lossPlateau().marks()).isEmpty();
    }
  }
}
