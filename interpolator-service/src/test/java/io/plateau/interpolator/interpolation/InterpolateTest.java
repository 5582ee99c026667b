package io.plateau.interpolator.interpolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.plateau.core.checkpoint.CheckpointPair;
import io.plateau.core.kernel.Precision;
import io.plateau.core.path.Measurements;
import io.plateau.core.path.PathPoint;
import io.plateau.core.path.Scheme;
import io.plateau.interpolator.Errors;
import io.plateau.interpolator.InterpolatorFixture;
import io.plateau.interpolator.Messages;
import io.plateau.interpolator.Pairs;
import io.plateau.interpolator.SmallDataset;
import io.plateau.proto.common.v1.CurveSummary;
import io.plateau.proto.common.v1.DatasetSpec;
import io.plateau.proto.common.v1.EndRef;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.common.v1.PlateauMark;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.common.v1.Scheme.HeldBiases;
import io.plateau.proto.common.v1.Scheme.HeldEnd;
import io.plateau.proto.common.v1.Split;
import io.plateau.proto.common.v1.Warning;
import io.plateau.proto.common.v1.WarningReason;
import io.plateau.proto.interpolator.v1.EndCheck;
import io.plateau.proto.interpolator.v1.EndCheckStatus;
import io.plateau.proto.interpolator.v1.ExecutionLimits;
import io.plateau.proto.interpolator.v1.FailedTrainingHandling;
import io.plateau.proto.interpolator.v1.LastLayerSplitSwitch;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.interpolator.v1.PathSummary;
import io.plateau.proto.interpolator.v1.Plan;
import io.plateau.service.errors.FieldViolation;
import io.plateau.service.errors.Reason;
import io.plateau.service.errors.StatusDetails;
import io.plateau.service.translation.AlphaGridTranslation;
import io.plateau.service.translation.PointTranslation;
import io.plateau.service.translation.PrecisionTranslation;
import io.plateau.service.translation.RequestField;
import io.plateau.service.translation.SchemeTranslation;
import java.io.IOException;
import java.nio.file.Files;
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

  @Test
  void evaluatesEverySchemeAndContributionInBothPrecisions() {
    List<io.plateau.proto.common.v1.Scheme> schemes =
        List.of(
            InterpolatorFixture.linear(),
            InterpolatorFixture.homogeneousBias(),
            Messages.scheme(b -> b.getHomogeneousLastBiasBuilder()),
            Messages.scheme(b -> b.getWeightsOnlyBuilder().setHeld(HeldBiases.HELD_BIASES_ZERO)),
            Messages.scheme(b -> b.getBiasesOnlyBuilder().setHeld(HeldEnd.HELD_END_INIT)),
            Messages.scheme(b -> b.getLayersBuilder().addLayers(2).setRest(HeldEnd.HELD_END_INIT)),
            Messages.scheme(b -> b.getScaleBuilder()));
    for (Precision precision : List.of(Precision.FLOAT32, Precision.FLOAT64)) {
      PathSpec.Builder spec =
          InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED))
              .setGrid(InterpolatorFixture.explicit(1.25, 0.5, -0.25, 0, 1))
              .addAllSchemes(schemes)
              .setPrecision(PrecisionTranslation.toProto(precision));
      spec.getMeasurementsBuilder().getLayerContributionsBuilder();

      List<PathItem> items = fixture.interpolate(spec.build());

      assertThat(points(items))
          .isEqualTo(
              expected(spec.build(), Pairs.TRAINED, precision, new Measurements(true, true)));
      assertThat(points(items).get(0).getLayerContributions().getLayersList()).hasSize(3);
      PathSummary summary = summary(items);
      assertThat(summary.getCurvesList()).hasSize(7).allMatch(CurveSummary::hasAllPoints);
      assertThat(summary.getEndChecksList())
          .hasSize(14)
          .allSatisfy(
              check ->
                  assertThat(check.getStatus())
                      .isEqualTo(
                          check.getSchemeIndex() < 3
                              ? EndCheckStatus.END_CHECK_STATUS_MATCHED
                              : EndCheckStatus.END_CHECK_STATUS_NOT_CHECKED));
      assertThat(summary.getProvenance().getPrecision()).isEqualTo(spec.getPrecision());
    }
  }

  @Test
  void tellsOnlyTheContributionsThatWereAskedFor() {
    PathSpec.Builder spec =
        InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED)).setGrid(InterpolatorFixture.explicit(1));
    spec.getMeasurementsBuilder()
        .setLastLayerSplit(LastLayerSplitSwitch.LAST_LAYER_SPLIT_SWITCH_OFF)
        .getLayerContributionsBuilder()
        .addLayers(2);

    Point point = points(fixture.interpolate(spec.build())).get(0);

    assertThat(point.hasLastLayerSplit()).isFalse();
    assertThat(point.getLayerContributions().getLayersList())
        .singleElement()
        .satisfies(layer -> assertThat(layer.getLayer()).isEqualTo(2));
    spec.getMeasurementsBuilder().getLayerContributionsBuilder().addLayers(4);
    refused(spec, Reason.REQUEST_INVALID, "spec.measurements.layer_contributions.layers[1]");
  }

  @Test
  void checksBothEndsThoughTheGridLacksThem() {
    List<PathItem> items =
        fixture.interpolate(
            InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED))
                .setGrid(InterpolatorFixture.explicit(0.25, 0.75))
                .build());

    assertThat(points(items)).extracting(Point::getAlpha).containsExactly(0.25, 0.75);
    assertThat(summary(items).getEndChecksList())
        .hasSize(2)
        .allSatisfy(
            check -> {
              assertThat(check.getStatus()).isEqualTo(EndCheckStatus.END_CHECK_STATUS_MATCHED);
              assertThat(check.getMeasuredLoss()).isCloseTo(check.getStoredLoss(), within(1e-5));
            });
    assertThat(summary(items).getCurves(0).getErrorPlateau().getMarksList())
        .contains(
            PlateauMark.PLATEAU_MARK_LACKS_ALPHA_ZERO, PlateauMark.PLATEAU_MARK_LACKS_ALPHA_ONE);
  }

  @Test
  void evaluatesOtherDataAndSaysThatTheEndsCouldNotBeCompared() {
    PathSpec.Builder spec =
        InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED)).setGrid(InterpolatorFixture.uniform(3));
    List<PathItem> test = fixture.interpolate(spec.setPairSplit(Split.SPLIT_TEST).build());
    assertThat(points(test).get(0).getSamples()).isEqualTo(SmallDataset.TEST);
    assertThat(summary(test).getEndChecksList())
        .extracting(EndCheck::getStatus)
        .containsOnly(EndCheckStatus.END_CHECK_STATUS_NOT_CHECKED);
    assertThat(plan(test).getWarningsList())
        .extracting(Warning::getReason)
        .containsExactly(WarningReason.WARNING_REASON_ENDS_NOT_CHECKED);
    assertThat(summary(test).getCurves(0).getFinalError())
        .isEqualTo(points(test).get(2).getError());

    spec.setDataset(
        DatasetSpec.newBuilder()
            .setNamed(DatasetSpec.NamedDataset.newBuilder().setName(SmallDataset.NAME))
            .setFirstOfEachClass(5)
            .setSplit(Split.SPLIT_TRAIN));
    assertThat(points(fixture.interpolate(spec.build())).get(0).getSamples()).isEqualTo(20);
    spec.getLimitsBuilder().setMaxSamples(7);
    assertThat(points(fixture.interpolate(spec.build())).get(0).getSamples()).isEqualTo(7);
  }

  /** No scheme of the request passes the second end, and nothing is stored on these data. */
  @Test
  void measuresTheFinalErrorWhereNoSchemeReachesTheSecondEnd() {
    PathSpec.Builder spec =
        InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED))
            .setGrid(InterpolatorFixture.uniform(3))
            .setPairSplit(Split.SPLIT_TEST);
    double reached = points(fixture.interpolate(spec.build())).get(2).getError();
    spec.addSchemes(Messages.scheme(b -> b.getBiasesOnlyBuilder().setHeld(HeldEnd.HELD_END_INIT)));

    CurveSummary curve = summary(fixture.interpolate(spec.build())).getCurves(0);

    assertThat(curve.getFinalError()).isEqualTo(reached);
    assertThat(curve.getFailedTraining()).isFalse();
  }

  @Test
  void takesAnyTwoEndsOfOneArchitecture() {
    PathSpec.Builder spec = PathSpec.newBuilder().setGrid(InterpolatorFixture.explicit(0, 0.5, 1));
    spec.getEndsBuilder()
        .setFirst(InterpolatorFixture.stored(pairs.uri(Pairs.TRAINED), PairEnd.PAIR_END_FINAL))
        .setSecond(InterpolatorFixture.stored(pairs.uri(Pairs.OTHER), PairEnd.PAIR_END_FINAL));
    List<PathItem> between = fixture.interpolate(spec.build());
    assertThat(points(between).get(0).getLoss())
        .isCloseTo(pairs.store.manifest(Pairs.TRAINED).minimizer().loss(), within(1e-5));
    assertThat(points(between).get(2).getLoss())
        .isCloseTo(pairs.store.manifest(Pairs.OTHER).minimizer().loss(), within(1e-5));

    EndRef.Builder epoch = EndRef.newBuilder();
    epoch.getStoredBuilder().setUri(pairs.uri(Pairs.TRAINED)).getCheckpointBuilder().setEpoch(2);
    spec.getEndsBuilder().setFirst(epoch).clearSecond();
    List<PathItem> fromEpoch = fixture.interpolate(spec.build());
    assertThat(points(fromEpoch).get(0).getLoss())
        .isCloseTo(pairs.store.manifest(Pairs.TRAINED).epochs().get(2).loss(), within(1e-5));

    EndRef.Builder zero = EndRef.newBuilder();
    zero.getZeroBuilder();
    spec.getEndsBuilder()
        .setFirst(zero)
        .setSecond(InterpolatorFixture.stored(pairs.uri(Pairs.TRAINED), PairEnd.PAIR_END_FINAL));
    List<PathItem> fromZero = fixture.interpolate(spec.build());
    assertThat(points(fromZero).get(0).getLoss()).isCloseTo(Math.log(4), within(1e-6));
    assertThat(summary(fromZero).getEndChecks(0).getStatus())
        .isEqualTo(EndCheckStatus.END_CHECK_STATUS_NOT_CHECKED);
    assertThat(summary(fromZero).getEndChecks(1).getStatus())
        .isEqualTo(EndCheckStatus.END_CHECK_STATUS_MATCHED);

    spec.getEndsBuilder()
        .setFirst(InterpolatorFixture.stored(pairs.uri(Pairs.WIDE), PairEnd.PAIR_END_INIT));
    refused(spec, Reason.ENDS_DIFFER, null);
    epoch.getStoredBuilder().getCheckpointBuilder().setEpoch(3);
    spec.getEndsBuilder().setFirst(epoch);
    refused(spec, Reason.CHECKPOINT_NOT_FOUND, "spec.ends.first");
  }

  @Test
  void plansWithoutComputing() {
    PathSpec spec =
        InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED))
            .addSchemes(InterpolatorFixture.linear())
            .addSchemes(InterpolatorFixture.homogeneousBias())
            .build();

    Plan plan = fixture.plan(spec);

    assertThat(plan.getKnownPoints()).isEqualTo(102);
    assertThat(plan.getPasses()).isPositive();
    assertThat(plan.getPeakBytes()).isGreaterThanOrEqualTo(plan.getResidentBytes());
    assertThat(plan.getNetwork().getDepth()).isEqualTo(3);
    assertThat(plan.getDataset().getSamples()).isEqualTo(SmallDataset.TRAIN);
    assertThat(plan.getDevice()).isEqualTo("devices/cpu-0");
    assertThat(plan.getSpec().getGrid().getUniform().getCount()).isEqualTo(51);
    assertThat(plan.getSpec().getEnds().getSecond().getStored().getCheckpoint().getEnd())
        .isEqualTo(PairEnd.PAIR_END_FINAL);
    // What the server filled in means the same when it is asked for.
    Plan again = fixture.plan(plan.getSpec());
    assertThat(again.getFingerprint()).isEqualTo(plan.getFingerprint());
    assertThat(again.getSpec()).isEqualTo(plan.getSpec());
  }

  @Test
  void refusesWhatItCanNotDoNamingTheField() {
    PathSpec spec = InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED)).build();
    PathSpec.Builder adaptive = spec.toBuilder();
    adaptive.getGridBuilder().getAdaptiveBuilder();
    refused(adaptive, Reason.NOT_IMPLEMENTED, "spec.grid.adaptive");
    PathSpec.Builder progressive = spec.toBuilder();
    progressive.getProgressiveBuilder();
    refused(progressive, Reason.NOT_IMPLEMENTED, "spec.progressive");
    PathSpec.Builder reestimated = spec.toBuilder();
    reestimated.getNormalizationBuilder().getReestimatedBuilder();
    refused(reestimated, Reason.NOT_IMPLEMENTED, "spec.normalization.reestimated");
    PathSpec.Builder theory = spec.toBuilder();
    theory.getMeasurementsBuilder().getTheoryBuilder();
    refused(theory, Reason.NOT_IMPLEMENTED, "spec.measurements.theory");
    refused(spec.toBuilder().setDevice("devices/cuda-0"), Reason.DEVICE_NOT_FOUND, "spec.device");
    refused(
        spec.toBuilder()
            .addSchemes(Messages.scheme(b -> b.getLayersBuilder().addLayers(1).addLayers(9))),
        Reason.REQUEST_INVALID,
        "spec.schemes[0].layers.layers");
    refused(
        spec.toBuilder()
            .setDataset(
                DatasetSpec.newBuilder()
                    .setNamed(DatasetSpec.NamedDataset.newBuilder().setName("nowhere"))),
        Reason.DATASET_NOT_FOUND,
        "spec.dataset");
    refused(
        spec.toBuilder()
            .setDataset(
                DatasetSpec.newBuilder()
                    .setNamed(DatasetSpec.NamedDataset.newBuilder().setName("mnist"))),
        Reason.DATASET_INVALID,
        "spec.dataset");
    refused(
        spec.toBuilder()
            .setDataset(
                DatasetSpec.newBuilder()
                    .setNamed(DatasetSpec.NamedDataset.newBuilder().setName(SmallDataset.NAME))
                    .setDigest("sha256:" + "0".repeat(64))),
        Reason.DATASET_DIGEST_MISMATCH,
        "spec.dataset");
    PathSpec.Builder tooMuch =
        InterpolatorFixture.spec(pairs.uri(Pairs.LARGE))
            .setLimits(ExecutionLimits.newBuilder().setMaxDeviceBytes(1 << 20));
    refused(tooMuch, Reason.DEVICE_OUT_OF_MEMORY, null);
  }

  @Test
  void refusesTooManyPoints() {
    try (InterpolatorFixture strict =
        new InterpolatorFixture(directory.resolve("strict"), pairs)
            .with("interpolator.max-alphas", "20")
            .with("interpolator.max-points", "30")
            .start()) {
      PathSpec.Builder spec = InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED));
      assertThatThrownBy(() -> strict.plan(spec.setGrid(InterpolatorFixture.uniform(21)).build()))
          .satisfies(e -> Errors.is(e, Reason.GRID_TOO_LARGE));
      spec.addSchemes(InterpolatorFixture.linear())
          .addSchemes(InterpolatorFixture.homogeneousBias());
      assertThatThrownBy(() -> strict.plan(spec.setGrid(InterpolatorFixture.uniform(16)).build()))
          .satisfies(
              e ->
                  assertThat(Errors.is(e, Reason.GRID_TOO_LARGE).metadata())
                      .containsEntry("limit", "30")
                      .containsEntry("actual", "32"));
    }
  }

  @Test
  void aTamperedManifestIsAMismatchOfTheEnds() throws IOException {
    Path tampered = copy(Pairs.TRAINED, "tampered");
    Path manifest = tampered.resolve("manifest.json");
    double stored = pairs.store.manifest(Pairs.TRAINED).minimizer().loss();
    String json = Files.readString(manifest);
    assertThat(json).contains(Double.toString(stored));
    Files.writeString(
        manifest, json.replace(Double.toString(stored), Double.toString(stored + 0.001)));
    double before = fixture.metric("interpolator_endpoint_mismatch_total");

    assertThatThrownBy(
            () -> fixture.interpolate(InterpolatorFixture.spec("file://" + tampered).build()))
        .satisfies(
            e ->
                assertThat(Errors.is(e, Reason.ENDPOINT_MISMATCH).metadata())
                    .containsEntry("end", "FINAL")
                    .containsKeys("stored_loss", "measured_loss"));
    assertThat(fixture.metric("interpolator_endpoint_mismatch_total")).isEqualTo(before + 1);
  }

  @Test
  void damagedTensorsAreRefused() throws IOException {
    Path damaged = copy(Pairs.TRAINED, "damaged");
    Path file = damaged.resolve("final.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 5] ^= 0x40;
    Files.write(file, bytes);

    assertThatThrownBy(
            () -> fixture.interpolate(InterpolatorFixture.spec("file://" + damaged).build()))
        .satisfies(e -> Errors.is(e, Reason.PAIR_CORRUPT));
  }

  @Test
  void readsNothingOutsideItsRoots() throws IOException {
    Path inside = pairs.folder(Pairs.TRAINED);
    Path outside = directory.resolve("outside");
    copyFolder(inside, outside);
    Path link = pairs.directory.resolve("store").resolve("link");
    Files.createSymbolicLink(link, outside);
    Path linked = pairs.directory.resolve("store").resolve("linked-file");
    copyFolder(inside, linked);
    Files.delete(linked.resolve("final.safetensors"));
    Files.createSymbolicLink(
        linked.resolve("final.safetensors"), outside.resolve("final.safetensors"));
    String root = pairs.directory.resolve("store").toString();

    for (String uri :
        List.of(
            "file://" + outside,
            "file://" + link,
            "file://" + root + "/../outside",
            "file://" + root + "/%2e%2e/outside",
            "file:///etc",
            "file://" + directory.resolve("nowhere"))) {
      refused(InterpolatorFixture.spec(uri), Reason.URI_NOT_ALLOWED, "spec.ends.first.stored.uri");
    }
    assertThatThrownBy(
            () -> fixture.interpolate(InterpolatorFixture.spec("file://" + linked).build()))
        .satisfies(e -> Errors.is(e, Reason.PAIR_CORRUPT));
    refused(
        InterpolatorFixture.spec("file://" + root + "/nowhere"),
        Reason.PAIR_NOT_FOUND,
        "spec.ends.first.stored.uri");
    refused(
        InterpolatorFixture.spec("s3://bucket/pair"),
        Reason.NOT_IMPLEMENTED,
        "spec.ends.first.stored.uri");
  }

  @Test
  void reportsLogitsThatAreNotFinite() {
    // The weights of layer 1 to the power of their size overflow float32 far outside [0, 1].
    PathSpec spec =
        InterpolatorFixture.spec(pairs.uri(Pairs.DEEP))
            .setGrid(InterpolatorFixture.explicit(0, 1, 100))
            .build();
    double before = fixture.metric("interpolator_nonfinite_points_total");

    List<PathItem> items = fixture.interpolate(spec);

    assertThat(points(items).get(2).getNonFiniteLogits()).isPositive();
    assertThat(points(items).get(2).getLoss()).isNaN();
    assertThat(items.stream().filter(PathItem::hasWarning).map(PathItem::getWarning))
        .extracting(Warning::getReason)
        .containsExactly(WarningReason.WARNING_REASON_NON_FINITE_LOGITS);
    assertThat(fixture.metric("interpolator_nonfinite_points_total")).isEqualTo(before + 1);
  }

  @Test
  void refusesAFailedTrainingWhereAsked() {
    // Two random draws: the second end reads nothing rightly.
    PathSpec.Builder spec =
        InterpolatorFixture.spec(pairs.uri(Pairs.LARGE)).setGrid(InterpolatorFixture.uniform(2));
    List<PathItem> marked = fixture.interpolate(spec.build());
    assertThat(summary(marked).getCurves(0).getFailedTraining()).isTrue();
    assertThat(plan(marked).getWarningsList())
        .extracting(Warning::getReason)
        .containsExactly(WarningReason.WARNING_REASON_FAILED_TRAINING);
    refused(
        spec.setFailedTraining(FailedTrainingHandling.FAILED_TRAINING_HANDLING_REFUSE),
        Reason.TRAINING_FAILED,
        null);
  }

  private static Path copy(String pair, String name) throws IOException {
    Path target = pairs.directory.resolve("store").resolve(name);
    copyFolder(pairs.folder(pair), target);
    return target;
  }

  private static void copyFolder(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (var files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static void refused(PathSpec.Builder spec, Reason reason, String field) {
    assertThatThrownBy(() -> fixture.plan(spec.build()))
        .satisfies(
            e -> {
              StatusDetails told = Errors.is(e, reason);
              if (field != null) {
                assertThat(told.fieldViolations())
                    .extracting(FieldViolation::field)
                    .containsExactly(field);
              }
            });
  }

  private static PathSummary summary(List<PathItem> items) {
    return items.get(items.size() - 1).getSummary();
  }

  private static Plan plan(List<PathItem> items) {
    return items.get(0).getPlan();
  }

  static List<Point> points(List<PathItem> items) {
    return items.stream().filter(PathItem::hasPoint).map(PathItem::getPoint).toList();
  }

  private static List<Point> expected(PathSpec spec, String name) {
    return expected(spec, name, Precision.FLOAT32, new Measurements(true, false));
  }

  private static List<Point> expected(
      PathSpec spec, String name, Precision precision, Measurements measurements) {
    CheckpointPair pair = pairs.store.open(name);
    List<Scheme> schemes = SchemeTranslation.toCore(spec.getSchemesList(), RequestField.REQUEST);
    List<PathPoint> points =
        Pairs.evaluate(
            precision,
            measurements,
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
