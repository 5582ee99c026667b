package io.plateau.service.translation;

import io.plateau.core.curve.CurvePoint;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.path.BiasContributions;
import io.plateau.core.path.Classification;
import io.plateau.core.path.LastLayerSplit;
import io.plateau.core.path.PathPoint;
import io.plateau.proto.common.v1.BiasContribution;
import io.plateau.proto.common.v1.ClassMargin;
import io.plateau.proto.common.v1.LayerContributions;
import io.plateau.proto.common.v1.PerClass;
import io.plateau.proto.common.v1.Point;
import java.util.List;

/** What was measured at one alpha. */
public final class PointTranslation {
  private PointTranslation() {}

  /**
   * A measured point.
   *
   * @param network that was evaluated: it says which layers have biases
   * @param classCounts samples of each class of the data; classes of the network beyond them have
   *     none
   */
  public static Point toProto(PathPoint point, NetworkSpec network, List<Integer> classCounts) {
    Classification measured = point.classification();
    Point.Builder message =
        Point.newBuilder()
            .setSchemeIndex(point.scheme())
            .setAlpha(point.alpha())
            .setSamples(measured.samples())
            .setLoss(measured.loss())
            .setError(measured.error())
            .setNonFiniteLogits(measured.nonFiniteLogits());
    for (int y = 0; y < measured.histogram().size(); y++) {
      PerClass.Builder perClass =
          message
              .addPerClassBuilder()
              .setClassIndex(y)
              .setSamples(y < classCounts.size() ? classCounts.get(y) : 0)
              .setPredicted(measured.histogram().get(y));
      measured.classErrors().get(y).ifPresent(perClass::setError);
      measured.classLosses().get(y).ifPresent(perClass::setLoss);
    }
    point.lastLayerSplit().ifPresent(split -> message.setLastLayerSplit(toProto(split)));
    point
        .contributions()
        .ifPresent(found -> message.setLayerContributions(toProto(found, network)));
    return message.build();
  }

  /** The part of a point that curves are made of. */
  public static CurvePoint toCurvePoint(Point point) {
    return new CurvePoint(point.getAlpha(), point.getLoss(), point.getError());
  }

  /** The part of a point that curves are made of. */
  public static CurvePoint toCurvePoint(PathPoint point) {
    return new CurvePoint(
        point.alpha(), point.classification().loss(), point.classification().error());
  }

  private static io.plateau.proto.common.v1.LastLayerSplit toProto(LastLayerSplit split) {
    io.plateau.proto.common.v1.LastLayerSplit.Builder message =
        io.plateau.proto.common.v1.LastLayerSplit.newBuilder()
            .setLossWithoutBias(split.lossWithout())
            .setErrorWithoutBias(split.errorWithout())
            .setTopClass(split.top())
            .setSecondClass(split.second())
            .setBiasGap(split.gap())
            .setBiasSpread(split.spread())
            .setShareChanged(split.shareChanged())
            .setShareTop(split.shareTop());
    for (int y = 0; y < split.biasMargins().size(); y++) {
      ClassMargin.Builder margin =
          message.addMarginsBuilder().setClassIndex(y).setBiasMargin(split.biasMargins().get(y));
      split.marginMeans().get(y).ifPresent(margin::setMarginMean);
      split.marginMaxima().get(y).ifPresent(margin::setMarginMax);
    }
    return message.build();
  }

  private static LayerContributions toProto(BiasContributions found, NetworkSpec network) {
    ParameterLayout layout = ParameterLayout.of(network);
    LayerContributions.Builder message =
        LayerContributions.newBuilder()
            .setAllBiases(contribution(found.allLoss(), found.allError()));
    for (int h = 1; h <= found.loss().size(); h++) {
      if (layout.bias(h).isPresent()) {
        message
            .addLayersBuilder()
            .setLayer(h)
            .setContribution(contribution(found.loss().get(h - 1), found.error().get(h - 1)));
      }
    }
    return message.build();
  }

  private static BiasContribution contribution(double loss, double error) {
    return BiasContribution.newBuilder().setLoss(loss).setError(error).build();
  }
}
