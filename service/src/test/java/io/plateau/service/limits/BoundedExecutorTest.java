package io.plateau.service.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BoundedExecutorTest {
  @Test
  void aFullQueueRefusesWithARetryDelay() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    try (BoundedExecutor executor = new BoundedExecutor("device", 1, 1)) {
      executor.execute(
          () -> {
            running.countDown();
            try {
              release.await();
            } catch (InterruptedException interrupted) {
              Thread.currentThread().interrupt();
            }
          });
      assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
      executor.execute(second::countDown);

      assertThatThrownBy(() -> executor.execute(() -> {}))
          .isInstanceOfSatisfying(
              PlateauException.class,
              full -> {
                assertThat(full.reason()).isEqualTo(Reason.QUEUE_FULL);
                assertThat(full.retryDelay()).isPresent();
                assertThat(full.metadata()).containsEntry("capacity", "1");
              });

      release.countDown();
      assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void closingLetsTasksEndWithinTheGraceAndThenInterruptsThem() throws InterruptedException {
    AtomicBoolean ended = new AtomicBoolean();
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    BoundedExecutor executor = new BoundedExecutor("device", 1, 4);
    executor.execute(() -> ended.set(true));
    executor.execute(
        () -> {
          running.countDown();
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException expected) {
            interrupted.countDown();
          }
        });

    assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
    executor.close(Duration.ofMillis(50));

    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(ended).isTrue();
    assertThatThrownBy(() -> executor.execute(() -> {}))
        .isInstanceOfSatisfying(
            PlateauException.class,
            closed -> assertThat(closed.reason()).isEqualTo(Reason.SERVER_SHUTTING_DOWN));
  }
}
