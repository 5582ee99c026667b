package io.plateau.interpolator.interpolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.plateau.interpolator.Errors;
import io.plateau.interpolator.InterpolatorFixture;
import io.plateau.interpolator.Pairs;
import io.plateau.proto.interpolator.v1.Device;
import io.plateau.proto.interpolator.v1.ListDevicesRequest;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.service.errors.Reason;
import io.plateau.service.errors.StatusDetails;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers that are slow, leave, run out of time, or are too many. */
class BackPressureTest {
  private static final String COMPUTED = "interpolator_alpha_points_total{outcome=\"computed\"}";
  private static final String CANCELLED = "interpolator_alpha_points_total{outcome=\"cancelled\"}";
  private static final String PENDING = "interpolator_pending_alpha_points";
  private static final String ALLOCATED = "interpolator_device_memory_bytes{kind=\"allocated\"}";
  private static final String RESERVED = "interpolator_device_memory_bytes{kind=\"reserved\"}";
  private static final String IN_FLIGHT =
      "grpc_server_in_flight{grpc_method=\"Interpolate\","
          + "grpc_service=\"plateau.interpolator.v1.InterpolationService\","
          + "grpc_type=\"server_streaming\"}";

  @TempDir static Path directory;
  static Pairs pairs;

  @TempDir Path own;
  InterpolatorFixture fixture;

  @BeforeAll
  static void makePairs() {
    pairs = new Pairs(directory);
  }

  @AfterAll
  static void closePairs() {
    pairs.close();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private void start(int concurrent, int queueLength) {
    fixture =
        new InterpolatorFixture(own, pairs)
            .with("interpolator.concurrent-evaluations", Integer.toString(concurrent))
            .with("interpolator.queue-length", Integer.toString(queueLength))
            .start();
  }

  private static PathSpec small(int alphas) {
    return InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED))
        .setGrid(InterpolatorFixture.uniform(alphas))
        .build();
  }

  private static PathSpec large(int alphas) {
    return InterpolatorFixture.spec(pairs.uri(Pairs.LARGE))
        .setGrid(InterpolatorFixture.uniform(alphas))
        .build();
  }

  /** With one place only, the slow reader must give up its place, and gets it back. */
  @Test
  void aSlowReaderPausesItsOwnWorkAndNobodyElses() {
    start(1, 4);
    ManagedChannel narrow = fixture.newChannel(1 << 14);
    int alphas = 2001;
    Reader slow = Reader.start(narrow, small(alphas)).take(3);
    await().until(() -> slow.items().size() == 3);
    // It runs ahead as far as the buffers of the connection reach, and then stops.
    double[] last = new double[1];
    await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              double now = fixture.metric(COMPUTED);
              boolean still = now == last[0] && now > 3;
              last[0] = now;
              return still;
            });
    assertThat(last[0]).isLessThan(alphas / 4.0);

    List<PathItem> others = fixture.interpolate(small(51));

    assertThat(InterpolateTest.points(others)).hasSize(51);
    assertThat(slow.items()).hasSize(3);
    assertThat(slow.hasEnded()).isFalse();

    slow.take(Integer.MAX_VALUE);
    await().atMost(Duration.ofMinutes(1)).until(slow::hasEnded);
    assertThat(slow.failure()).isEmpty();
    assertThat(InterpolateTest.points(slow.items()))
        .isEqualTo(InterpolateTest.points(fixture.interpolate(small(alphas))));
    assertThat(fixture.metric("interpolator_stream_blocked_seconds_total")).isPositive();
    awaitIdle();
  }

  @Test
  void aVanishedClientFreesTheDevice() {
    start(2, 2);
    ManagedChannel doomed = fixture.newChannel(1 << 20);
    Reader reader = Reader.start(doomed, large(5001)).take(Integer.MAX_VALUE);
    await().until(() -> reader.items().size() > 2);
    // What must return to zero is not zero now.
    for (String gauge : List.of(ALLOCATED, RESERVED, PENDING, IN_FLIGHT)) {
      assertThat(fixture.metric(gauge)).as(gauge).isPositive();
    }

    doomed.shutdownNow();

    awaitIdle();
    assertThat(fixture.metric(CANCELLED)).isPositive();
  }

  @Test
  void aCancelledCallFreesTheDevice() {
    start(2, 2);
    Reader running = Reader.start(fixture.channel(), large(5001)).take(Integer.MAX_VALUE);
    Reader alsoRunning = Reader.start(fixture.channel(), large(5001)).take(Integer.MAX_VALUE);
    await().until(() -> running.items().size() > 2 && alsoRunning.items().size() > 2);
    Reader waiting = Reader.start(fixture.channel(), large(5001)).take(Integer.MAX_VALUE);
    await().until(() -> fixture.metric("interpolator_evaluations{state=\"waiting\"}") == 1);

    waiting.cancel();
    await().until(() -> fixture.metric("interpolator_evaluations{state=\"waiting\"}") == 0);
    running.cancel();
    alsoRunning.cancel();

    awaitIdle();
  }

  @Test
  void aDeadlineEndsTheEvaluation() {
    start(2, 2);
    Reader reader =
        Reader.withDeadline(fixture.channel(), large(10001), 1500).take(Integer.MAX_VALUE);

    await().atMost(Duration.ofSeconds(10)).until(reader::hasEnded);

    assertThat(StatusDetails.of(reader.failure().orElseThrow()).code())
        .isEqualTo(io.grpc.Status.Code.DEADLINE_EXCEEDED);
    awaitIdle();
  }

  @Test
  void ofAHundredCallersThoseThatFindNoPlaceAreRefusedAndToldWhenToComeBack() {
    start(2, 6);
    List<Reader> readers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      readers.add(Reader.start(fixture.channel(), large(101)).take(Integer.MAX_VALUE));
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> readers.stream().filter(Reader::hasEnded).count() >= 92);
    Device busy = device();
    assertThat(busy.getQueue().getRunning()).isLessThanOrEqualTo(2);
    assertThat(busy.getQueue().getWaiting()).isLessThanOrEqualTo(8);
    assertThat(busy.getQueue().getCapacity()).isEqualTo(6);

    await().atMost(Duration.ofMinutes(2)).until(() -> readers.stream().allMatch(Reader::hasEnded));
    List<Reader> refused = readers.stream().filter(reader -> reader.failure().isPresent()).toList();
    assertThat(refused).hasSize(92);
    for (Reader reader : refused) {
      StatusDetails told = Errors.is(reader.failure().orElseThrow(), Reason.QUEUE_FULL);
      assertThat(told.retryDelay()).isPresent();
    }
    assertThat(readers.stream().filter(reader -> reader.failure().isEmpty()))
        .hasSize(8)
        .allSatisfy(reader -> assertThat(InterpolateTest.points(reader.items())).hasSize(101));
    awaitIdle();
  }

  /** A short evaluation does not wait for the long ones before it to end. */
  @Test
  void turnsAreFair() {
    start(4, 4);
    Reader first = Reader.start(fixture.channel(), large(5001)).take(Integer.MAX_VALUE);
    Reader second = Reader.start(fixture.channel(), large(5001)).take(Integer.MAX_VALUE);
    await().until(() -> first.items().size() > 2 && second.items().size() > 2);

    List<PathItem> shortOne = fixture.interpolate(large(5));

    assertThat(InterpolateTest.points(shortOne)).hasSize(5);
    assertThat(first.hasEnded()).isFalse();
    assertThat(second.hasEnded()).isFalse();
    first.cancel();
    second.cancel();
    awaitIdle();
  }

  @Test
  void aShutdownEndsWhatRunsWithinItsGrace() {
    start(2, 2);
    Reader reader = Reader.start(fixture.channel(), large(10001)).take(Integer.MAX_VALUE);
    await().until(() -> reader.items().size() > 2);

    fixture.server().server().shutDown(Duration.ofMillis(300));

    await().until(reader::hasEnded);
    Errors.is(reader.failure().orElseThrow(), Reason.SERVER_SHUTTING_DOWN);
  }

  private Device device() {
    return fixture.devices().listDevices(ListDevicesRequest.getDefaultInstance()).getDevices(0);
  }

  /** Generous here for a busy machine; what must hold is that everything returns to zero. */
  private void awaitIdle() {
    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              for (String gauge :
                  List.of(
                      PENDING,
                      ALLOCATED,
                      RESERVED,
                      IN_FLIGHT,
                      "interpolator_evaluations{state=\"running\"}",
                      "interpolator_evaluations{state=\"waiting\"}")) {
                assertThat(fixture.metric(gauge)).as(gauge).isZero();
              }
            });
  }
}
