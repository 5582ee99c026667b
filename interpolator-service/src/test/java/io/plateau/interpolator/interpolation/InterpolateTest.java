package io.plateau.interpolator.interpolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.checkpoint.CheckpointPair;
import io.plateau.core.path.PathPoint;
import io.plateau.core.path.Scheme;
import io.plateau.interpolator.InterpolatorFixture;
import io.plateau.interpolator.Pairs;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.EndCheck;
import io.plateau.proto.interpolator.v1.EndCheckStatus;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.interpolator.v1.PathSummary;
import io.plateau.service.translation.AlphaGridTranslation;
import io.plateau.service.translation.PointTranslation;
import io.plateau.service.translation.RequestField;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Curves over a real connection against the engine in this process. */
class InterpolateTest {
  @TempDir static Path directory;
  static Pairs pairs;
  static InterpolatorFixture fixture;

  @BeforeAll
  static void start() {
    pairs = new Pairs(directory);
    fixture = new InterpolatorFixture(directory, pairs).start();
  }

  @AfterAll
  static void stop() {
    fixture.close();
    pairs.close();
  }

  @Test
  void streamsThePointsOfTheEngineBitForBit() {
    PathSpec spec =
        InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED))
            .setGrid(InterpolatorFixture.uniform(11))
            .addSchemes(InterpolatorFixture.linear())
            .addSchemes(InterpolatorFixture.homogeneousBias())
            .build();

    List<PathItem> items = fixture.interpolate(spec);

    assertThat(items.get(0).hasPlan()).isTrue();
    assertThat(items.get(items.size() - 1).hasSummary()).isTrue();
    List<Long> numbers =
        items.stream().map(PathItem::getSequence).filter(number -> number > 0).toList();
    for (int i = 0; i < numbers.size(); i++) {
      assertThat(numbers.get(i)).isEqualTo(i + 1);
    }
    assertThat(points(items)).isEqualTo(expected(spec, Pairs.TRAINED));
    PathSummary summary = items.get(items.size() - 1).getSummary();
    assertThat(summary.getCurvesList()).hasSize(2);
    assertThat(summary.getEndChecksList())
        .hasSize(4)
        .extracting(EndCheck::getStatus)
        .containsOnly(EndCheckStatus.END_CHECK_STATUS_MATCHED);
  }

  static List<Point> points(List<PathItem> items) {
    return items.stream().filter(PathItem::hasPoint).map(PathItem::getPoint).toList();
  }

  static List<Point> expected(PathSpec spec, String name) {
    CheckpointPair pair = pairs.store.open(name);
    List<Scheme> schemes =
        io.plateau.service.translation.SchemeTranslation.toCore(
            spec.getSchemesList(), RequestField.REQUEST);
    List<PathPoint> points =
        Pairs.evaluate(
            io.plateau.core.kernel.Precision.FLOAT32,
            new io.plateau.core.path.Measurements(true, false),
            pair.manifest().network(),
            pairs.data(name),
            pair.initialization(),
            pair.minimizer(),
            schemes,
            AlphaGridTranslation.toCore(spec.getGrid(), RequestField.REQUEST).toArray());
    return points.stream()
        .map(
            point ->
                PointTranslation.toProto(
                    point, pair.manifest().network(), pairs.data(name).classCounts()))
        .toList();
  }
}
