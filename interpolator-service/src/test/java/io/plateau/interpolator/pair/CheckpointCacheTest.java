package io.plateau.interpolator.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.core.file.Sha256;
import io.plateau.interpolator.metrics.InterpolatorMetrics;
import io.plateau.service.configuration.ConfigurationException;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.metrics.Instruments;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointCacheTest {
  @TempDir Path folder;
  final AtomicInteger downloads = new AtomicInteger();

  private CheckpointCache open(long capacity) {
    return CheckpointCache.open(
        folder,
        capacity,
        new InterpolatorMetrics(
            new Instruments(InterpolatorMetrics.CATALOGUE, new PrometheusRegistry())));
  }

  private static byte[] file(int seed) {
    byte[] bytes = new byte[100];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Path get(CheckpointCache cache, int seed) {
    byte[] bytes = file(seed);
    return cache.get(
        Sha256.of(bytes),
        bytes.length,
        (target, sha256) -> {
          downloads.incrementAndGet();
          sha256.update(bytes);
          CheckpointCache.writeFully(target, ByteBuffer.wrap(bytes));
        },
        () -> false);
  }

  @Test
  void keepsWhatWasUsedLast() throws IOException {
    try (CheckpointCache cache = open(250)) {
      Path first = get(cache, 1);
      Path second = get(cache, 2);
      assertThat(get(cache, 1)).isEqualTo(first).hasBinaryContent(file(1));
      Path third = get(cache, 3);
      assertThat(second).doesNotExist();
      assertThat(first).exists();
      assertThat(third).exists();
      assertThat(cache.bytes()).isEqualTo(200);
      assertThat(downloads).hasValue(3);
    }
    Files.write(folder.resolve("0".repeat(64) + ".partial"), file(9));
    try (CheckpointCache again = open(120)) {
      // Room for one: the one used last.
      assertThat(again.bytes()).isEqualTo(100);
      assertThat(folder.resolve("0".repeat(64) + ".partial")).doesNotExist();
    }
  }

  @Test
  void refusesWhatIsTooLargeOrOther() {
    try (CheckpointCache cache = open(99)) {
      assertThatThrownBy(() -> get(cache, 1))
          .isInstanceOfSatisfying(
              PlateauException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LIMIT_EXCEEDED));
    }
    try (CheckpointCache cache = open(1000)) {
      assertThatThrownBy(
              () ->
                  cache.get(
                      Sha256.of(file(1)),
                      100,
                      (target, sha256) -> {
                        sha256.update(file(2));
                        CheckpointCache.writeFully(target, ByteBuffer.wrap(file(2)));
                      },
                      () -> false))
          .isInstanceOfSatisfying(
              PlateauException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PAIR_CORRUPT));
      assertThat(cache.bytes()).isZero();
      assertThat(folder.resolve(Sha256.of(file(1)) + ".safetensors")).doesNotExist();
    }
  }

  @Test
  void aCallerThatIsGoneDoesNotWait() {
    CountDownLatch gate = new CountDownLatch(1);
    try (CheckpointCache cache = open(1000)) {
      assertThatThrownBy(
              () ->
                  cache.get(
                      Sha256.of(file(1)),
                      100,
                      (target, sha256) -> {
                        try {
                          gate.await();
                        } catch (InterruptedException e) {
                          Thread.currentThread().interrupt();
                        }
                      },
                      () -> true))
          .isInstanceOfSatisfying(
              PlateauException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CANCELLED));
      gate.countDown();
    }
  }

  @Test
  void oneAtATimeUsesAFolder() {
    try (CheckpointCache cache = open(1000)) {
      assertThat(cache.bytes()).isZero();
      assertThatThrownBy(() -> open(1000))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("in use");
    }
    open(1000).close();
  }
}
