package io.plateau.service.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class AdmissionControlTest {
  @Test
  void whoFindsNoPlaceIsToldWhenToComeBack() {
    AdmissionControl places = new AdmissionControl("evaluations", 2);
    AdmissionControl.Permit first = places.admit();
    places.admit();

    assertThatThrownBy(places::admit)
        .isInstanceOfSatisfying(
            PlateauException.class,
            full -> {
              assertThat(full.reason()).isEqualTo(Reason.QUEUE_FULL);
              assertThat(full.retryDelay().orElseThrow())
                  .isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
              assertThat(full.metadata()).containsEntry("capacity", "2").containsEntry("held", "2");
              assertThat(full).hasMessageContaining("2 places for evaluations");
            });

    first.close();
    first.close();
    assertThat(places.held()).isEqualTo(1);
    places.admit();
    assertThat(places.held()).isEqualTo(2);
  }

  @Test
  void placesAreTakenAllOrNone() {
    AdmissionControl points = new AdmissionControl("alpha points", 100);
    points.admit(60);

    assertThatThrownBy(() -> points.admit(41)).isInstanceOf(PlateauException.class);
    assertThat(points.held()).isEqualTo(60);
    points.admit(40);
    assertThat(points.held()).isEqualTo(100);
  }

  @Test
  void whatNeverFitsIsNotARetry() {
    assertThatThrownBy(() -> new AdmissionControl("alpha points", 100).admit(101))
        .isInstanceOfSatisfying(
            PlateauException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(Reason.LIMIT_EXCEEDED);
              assertThat(refused.retryDelay()).isEmpty();
            });
  }

  @Test
  void thereAreNeverMoreInsideThanPlaces() throws Exception {
    AdmissionControl places = new AdmissionControl("calls", 5);
    AtomicLong inside = new AtomicLong();
    AtomicLong most = new AtomicLong();
    AtomicLong refused = new AtomicLong();
    CountDownLatch begin = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(16);
    List<Future<?>> tasks = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      tasks.add(
          threads.submit(
              () -> {
                begin.await();
                for (int j = 0; j < 500; j++) {
                  try (AdmissionControl.Permit permit = places.admit()) {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    LockSupport.parkNanos(10_000);
                    inside.decrementAndGet();
                  } catch (PlateauException full) {
                    refused.incrementAndGet();
                  }
                }
                return null;
              }));
    }
    begin.countDown();
    for (Future<?> task : tasks) {
      task.get();
    }
    threads.shutdown();

    assertThat(most.get()).isBetween(1L, 5L);
    assertThat(places.held()).isZero();
  }
}
