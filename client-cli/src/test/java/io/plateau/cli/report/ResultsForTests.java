package io.plateau.cli.report;

import io.plateau.cli.render.GoldenResults;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.PerClass;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.common.v1.Scheme;
import io.plateau.proto.common.v1.Warning;
import io.plateau.proto.interpolator.v1.PathResult;
import java.util.List;
import java.util.stream.IntStream;

/** Results that a report must be able to show besides the golden ones. */
final class ResultsForTests {
  static final String HOSTILE =
      "<script>window.hurt = 1</script><img src=x onerror=\"window.hurt = 2\">'\"&";

  private ResultsForTests() {}

  /** One curve of loss = error = value under LINEAR. */
  static PathResult curve(List<Double> alphas, List<Double> values) {
    return PathResult.newBuilder()
        .addCurves(
            points(
                Scheme.newBuilder().setLinear(Scheme.Linear.getDefaultInstance()).build(),
                alphas,
                values))
        .build();
  }

  private static Curve points(Scheme scheme, List<Double> alphas, List<Double> values) {
    Curve.Builder curve = Curve.newBuilder().setScheme(scheme);
    for (int i = 0; i < alphas.size(); i++) {
      curve.addPoints(
          Point.newBuilder()
              .setAlpha(alphas.get(i))
              .setLoss(values.get(i))
              .setError(values.get(i))
              .setSamples(10)
              .setNonFiniteLogits(Double.isFinite(values.get(i)) ? 0 : 4));
    }
    return curve.build();
  }

  /** Twenty schemes that each move one layer. */
  static PathResult twentySchemes() {
    PathResult.Builder result = PathResult.newBuilder();
    for (int h = 1; h <= 20; h++) {
      Scheme scheme =
          Scheme.newBuilder().setLayers(Scheme.Layers.newBuilder().addLayers(h)).build();
      result.addCurves(
          points(scheme, List.of(0., .5, 1.), List.of(1., h / 20., 0.)).toBuilder()
              .setSchemeIndex(h - 1));
    }
    return result.build();
  }

  /** A hundred classes, some of them without samples. */
  static PathResult hundredClasses() {
    PathResult.Builder result = PathResult.newBuilder();
    Curve.Builder curve = result.addCurvesBuilder();
    curve.getSchemeBuilder().getLinearBuilder();
    for (double alpha : new double[] {0, .5, 1}) {
      Point.Builder point =
          curve.addPointsBuilder().setAlpha(alpha).setLoss(1 - alpha).setError(1 - alpha);
      IntStream.range(0, 100)
          .forEach(
              k -> {
                PerClass.Builder one = point.addPerClassBuilder().setClassIndex(k);
                if (k % 10 != 0) {
                  one.setSamples(5).setError(1 - alpha);
                }
              });
    }
    return result.build();
  }

  /** Golden curves with hostile text wherever a user or a server may put text. */
  static ReportEntry hostile() {
    PathResult.Builder result =
        GoldenResults.twoSchemes("fcn4_zero_b0").toBuilder().setPair(HOSTILE);
    result.addWarnings(Warning.newBuilder().setMessage(HOSTILE));
    result.getProvenanceBuilder().setDevice(HOSTILE).getDatasetBuilder().setDescription(HOSTILE);
    for (int k = 0; k < 4; k++) {
      result.getProvenanceBuilder().getDatasetBuilder().addClassNames(HOSTILE);
    }
    return ReportEntry.of(result.build()).withLabel(HOSTILE).withPair(GoldenResults.trainedPair());
  }
}
