package io.plateau.service.translation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.curve.CurvePoint;
import io.plateau.core.network.BiasMode;
import io.plateau.core.network.Initializer;
import io.plateau.core.network.Layer;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.TensorShape;
import io.plateau.core.path.BiasContributions;
import io.plateau.core.path.Classification;
import io.plateau.core.path.LastLayerSplit;
import io.plateau.core.path.PathPoint;
import io.plateau.proto.common.v1.PerClass;
import io.plateau.proto.common.v1.Point;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PointTranslationTest {
  private static final OptionalDouble NONE = OptionalDouble.empty();

  /** Three layers, the middle one without a bias; three classes. */
  private static final NetworkSpec NETWORK =
      new NetworkSpec(
          TensorShape.of(2),
          3,
          List.of(
              new Layer.Dense(4, BiasMode.ZERO_INIT, Initializer.DEFAULT),
              new Layer.Dense(4, BiasMode.NONE, Initializer.DEFAULT),
              new Layer.Dense(3, BiasMode.FROZEN, Initializer.DEFAULT)));

  /** Data of two classes only, the second without a sample. */
  private static final List<Integer> COUNTS = List.of(8, 0);

  private static PathPoint point(double loss) {
    return new PathPoint(
        2,
        0.25,
        new Classification(
            8,
            loss,
            0.5,
            List.of(OptionalDouble.of(0.5), NONE, NONE),
            List.of(OptionalDouble.of(loss), NONE, NONE),
            List.of(4L, 1L, 3L),
            Double.isNaN(loss) ? 1 : 0),
        Optional.of(
            new LastLayerSplit(
                0.75,
                0.125,
                1,
                2,
                0.5,
                1.5,
                0.375,
                0.625,
                List.of(OptionalDouble.of(-1.5), NONE, NONE),
                List.of(OptionalDouble.of(2.5), NONE, NONE),
                List.of(1.5, 0.0, 0.5))),
        Optional.of(
            new BiasContributions(List.of(0.1, 0.0, 0.3), List.of(0.01, 0.0, 0.03), 0.4, 0.04)));
  }

  @Test
  void everythingMeasured() {
    Point message = PointTranslation.toProto(point(1.25), NETWORK, COUNTS);
    assertThat(message)
        .isEqualTo(
            Messages.read(
                """
                {'schemeIndex': 2, 'alpha': 0.25, 'samples': '8', 'loss': 1.25, 'error': 0.5,
                 'perClass': [
                   {'samples': '8', 'error': 0.5, 'loss': 1.25, 'predicted': '4'},
                   {'classIndex': 1, 'predicted': '1'},
                   {'classIndex': 2, 'predicted': '3'}],
                 'lastLayerSplit': {
                   'lossWithoutBias': 0.75, 'errorWithoutBias': 0.125, 'topClass': 1,
                   'secondClass': 2, 'biasGap': 0.5, 'biasSpread': 1.5, 'shareChanged': 0.375,
                   'shareTop': 0.625,
                   'margins': [
                     {'marginMean': -1.5, 'marginMax': 2.5, 'biasMargin': 1.5},
                     {'classIndex': 1},
                     {'classIndex': 2, 'biasMargin': 0.5}]},
                 'layerContributions': {
                   'layers': [
                     {'layer': 1, 'contribution': {'loss': 0.1, 'error': 0.01}},
                     {'layer': 3, 'contribution': {'loss': 0.3, 'error': 0.03}}],
                   'allBiases': {'loss': 0.4, 'error': 0.04}}}
                """,
                Point.getDefaultInstance()));
    assertThat(message.getPerClassList())
        .extracting(PerClass::hasError)
        .containsExactly(true, false, false);
    assertThat(message.getLastLayerSplit().getMargins(1).hasMarginMean()).isFalse();
    assertThat(message.hasStandardErrors()).isFalse();
    assertThat(message.hasLossBound()).isFalse();
  }

  @Test
  void whatWasNotAskedForIsAbsent() {
    PathPoint all = point(1.25);
    PathPoint bare =
        new PathPoint(
            all.scheme(), all.alpha(), all.classification(), Optional.empty(), Optional.empty());
    Point message = PointTranslation.toProto(bare, NETWORK, COUNTS);
    assertThat(message.hasLastLayerSplit()).isFalse();
    assertThat(message.hasLayerContributions()).isFalse();
  }

  /** A NaN that was measured is shown, and nothing else is. */
  @Test
  void aMeasuredNanIsShown() {
    Point message = PointTranslation.toProto(point(Double.NaN), NETWORK, COUNTS);
    assertThat(Messages.tree(message).get("loss").textValue()).isEqualTo("NaN");
    assertThat(message.getNonFiniteLogits()).isEqualTo(1);
    assertThat(Messages.json(message).split("NaN", -1)).hasSize(3);
  }

  @Test
  void curvesAreMadeOfPoints() {
    PathPoint measured = point(1.25);
    CurvePoint expected = new CurvePoint(0.25, 1.25, 0.5);
    assertThat(PointTranslation.toCurvePoint(measured)).isEqualTo(expected);
    assertThat(PointTranslation.toCurvePoint(PointTranslation.toProto(measured, NETWORK, COUNTS)))
        .isEqualTo(expected);
  }
}
