package io.plateau.interpolator.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.interpolator.Errors;
import io.plateau.interpolator.InterpolatorFixture;
import io.plateau.interpolator.Pairs;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.service.errors.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pairs by name, read over a real connection. */
class TrainerPairsTest {
  @TempDir static Path directory;
  static Pairs pairs;

  @TempDir Path own;
  StoreTrainer trainer;
  InterpolatorFixture fixture;

  @BeforeAll
  static void makePairs() {
    pairs = new Pairs(directory);
  }

  @AfterAll
  static void closePairs() {
    pairs.close();
  }

  @BeforeEach
  void start() throws IOException {
    trainer = new StoreTrainer(pairs.store);
    fixture =
        new InterpolatorFixture(own, pairs).with("interpolator.trainer", trainer.address()).start();
  }

  @AfterEach
  void stop() {
    fixture.close();
    trainer.close();
  }

  private static PathSpec named(String pair) {
    PathSpec.Builder spec = PathSpec.newBuilder().setGrid(InterpolatorFixture.uniform(5));
    spec.getEndsBuilder().getFirstBuilder().getPairBuilder().setName("pairs/" + pair);
    return spec.build();
  }

  private static List<Point> points(List<PathItem> items) {
    return items.stream().filter(PathItem::hasPoint).map(PathItem::getPoint).toList();
  }

  private List<Point> expected() {
    return points(
        fixture.interpolate(
            InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED))
                .setGrid(InterpolatorFixture.uniform(5))
                .build()));
  }

  private long cachedFiles() throws IOException {
    try (var files = Files.list(own.resolve("interpolator").resolve("cache"))) {
      return files.filter(file -> !file.getFileName().toString().equals("lock")).count();
    }
  }

  @Test
  void readsACheckpointOnceAndKeepsItOverARestart() throws IOException {
    List<PathItem> first = fixture.interpolate(named(Pairs.TRAINED));

    assertThat(points(first)).isEqualTo(expected());
    var provenance = first.get(first.size() - 1).getSummary().getProvenance();
    StoredEnd minimizer = pairs.store.manifest(Pairs.TRAINED).minimizer();
    assertThat(provenance.getSecondEnd().getDigest()).isEqualTo("sha256:" + minimizer.sha256());
    assertThat(provenance.getSecondEnd().getTraining()).isEqualTo("trainings/t");
    assertThat(trainer.offsets).containsExactly(0L, 0L);
    assertThat(cachedFiles()).isEqualTo(2);

    var unused = fixture.interpolate(named(Pairs.TRAINED));
    fixture.restart();
    assertThat(points(fixture.interpolate(named(Pairs.TRAINED)))).isEqualTo(points(first));
    assertThat(trainer.offsets).hasSize(2);
    assertThat(
            fixture.metric(
                "interpolator_cache_requests_total{cache=\"checkpoint\",outcome=\"hit\"}"))
        .isEqualTo(4);
  }

  @Test
  void aBrokenStreamGoesOnFromWhereItBroke() {
    trainer.breaks.set(3);

    assertThat(points(fixture.interpolate(named(Pairs.TRAINED)))).isEqualTo(expected());

    assertThat(trainer.offsets).hasSize(5).contains(1024L, 2048L);
  }

  @Test
  void changedBytesAreRefusedAndNotKept() throws IOException {
    trainer.corrupts = true;

    assertThatThrownBy(() -> fixture.interpolate(named(Pairs.TRAINED)))
        .satisfies(e -> Errors.is(e, Reason.PAIR_CORRUPT));
    assertThat(cachedFiles()).isZero();

    trainer.corrupts = false;
    assertThat(points(fixture.interpolate(named(Pairs.TRAINED)))).isEqualTo(expected());
  }

  @Test
  void aDamagedCacheIsReadAgain() throws IOException {
    List<Point> first = points(fixture.interpolate(named(Pairs.TRAINED)));
    try (var files = Files.list(own.resolve("interpolator").resolve("cache"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".safetensors")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);
      }
    }

    assertThat(points(fixture.interpolate(named(Pairs.TRAINED)))).isEqualTo(first);

    assertThat(trainer.offsets).hasSize(4);
  }

  @Test
  void callersShareADownload() {
    trainer.gate = new CountDownLatch(1);
    List<CompletableFuture<List<PathItem>>> calls =
        IntStream.range(0, 4)
            .mapToObj(
                i -> CompletableFuture.supplyAsync(() -> fixture.interpolate(named(Pairs.TRAINED))))
            .toList();
    await().until(() -> !trainer.offsets.isEmpty());
    await()
        .until(
            () ->
                fixture.metric(
                        "interpolator_cache_requests_total{cache=\"checkpoint\",outcome=\"hit\"}")
                    == 3);
    // Who waits for the trainer holds no place on the device.
    assertThat(fixture.metric("interpolator_evaluations{state=\"running\"}")).isZero();
    trainer.gate.countDown();

    calls.forEach(call -> assertThat(points(call.join())).hasSize(5));
    assertThat(trainer.offsets).hasSize(2);
  }

  @Test
  void aMissingPairAndAMissingTrainerAreTold() {
    assertThatThrownBy(() -> fixture.plan(named("nowhere")))
        .satisfies(e -> Errors.is(e, Reason.PAIR_NOT_FOUND));
    trainer.close();
    assertThatThrownBy(() -> fixture.plan(named(Pairs.TRAINED)))
        .satisfies(
            e -> assertThat(Errors.is(e, Reason.TRAINER_UNAVAILABLE).retryDelay()).isPresent());
  }
}
