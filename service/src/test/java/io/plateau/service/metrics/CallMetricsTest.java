package io.plateau.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.plateau.probe.v1.CountRequest;
import io.plateau.probe.v1.EchoRequest;
import io.plateau.probe.v1.ProbeServiceGrpc;
import io.plateau.service.probe.ManualReader;
import io.plateau.service.probe.ProbeServer;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However a call ends, it is counted once, under the right status, and no longer in flight. */
class CallMetricsTest {
  private static ProbeServer probe;

  enum Outcome {
    OK(Status.Code.OK),
    CANCEL(Status.Code.CANCELLED),
    // The transport can't tell a client whose time is over from one that cancels: see
    // RequestDeadline.explainsCancellation, which allows for a delay that a busy machine may
    // exceed.
    DEADLINE(Status.Code.DEADLINE_EXCEEDED, Status.Code.CANCELLED),
    ERROR(Status.Code.NOT_FOUND, Status.Code.RESOURCE_EXHAUSTED);

    final Status.Code code;
    final Status.Code other;

    Outcome(Status.Code code) {
      this(code, code);
    }

    Outcome(Status.Code code, Status.Code other) {
      this.code = code;
      this.other = other;
    }
  }

  @BeforeAll
  static void start() {
    probe = ProbeServer.start();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    probe.close();
  }

  @ParameterizedTest
  @EnumSource
  void unaryCalls(Outcome outcome) throws Exception {
    double before = handled("Echo", outcome);
    double startedBefore = counter("grpc_server_started", "Echo");
    switch (outcome) {
      case OK -> probe.stub().echo(text("ok"));
      case CANCEL -> {
        Context.CancellableContext context = Context.current().withCancellation();
        var answer =
            context.call(() -> ProbeServiceGrpc.newFutureStub(probe.channel()).echo(text("wait")));
        await().until(() -> inFlight("Echo") == 1);
        context.cancel(null);
        assertThat(failureOf(answer)).isNotNull();
      }
      case DEADLINE -> {
        var answer =
            ProbeServiceGrpc.newFutureStub(probe.channel())
                .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                .echo(text("wait"));
        await().until(() -> inFlight("Echo") == 1);
        assertThat(failureOf(answer)).isNotNull();
      }
      case ERROR ->
          assertThat(
                  failureOf(ProbeServiceGrpc.newFutureStub(probe.channel()).echo(text("refuse"))))
              .isNotNull();
    }

    await()
        .untilAsserted(
            () -> {
              assertThat(inFlight("Echo")).isZero();
              assertThat(handled("Echo", outcome)).isEqualTo(before + 1);
              assertThat(probe.service.running).hasValue(0);
            });
    assertThat(counter("grpc_server_started", "Echo")).isEqualTo(startedBefore + 1);
  }

  @ParameterizedTest
  @EnumSource
  void streams(Outcome outcome) throws Exception {
    double before = handled("Count", outcome);
    ManualReader reader = new ManualReader();
    ProbeServiceGrpc.ProbeServiceStub stub = ProbeServiceGrpc.newStub(probe.channel());
    CountRequest.Builder request = CountRequest.newBuilder().setCount(3);
    switch (outcome) {
      case OK -> {
        stub.count(request.build(), reader);
        reader.take(10);
        assertThat(reader.end.get(20, TimeUnit.SECONDS)).isNull();
      }
      case CANCEL -> {
        stub.count(request.setMode("hold").build(), reader);
        reader.take(10);
        await().until(() -> reader.numbers.size() == 3);
        assertThat(inFlight("Count")).isEqualTo(1);
        reader.cancel();
      }
      case DEADLINE -> {
        stub.withDeadlineAfter(300, TimeUnit.MILLISECONDS)
            .count(request.setMode("hold").build(), reader);
        reader.take(10);
        assertThat(reader.end.get(20, TimeUnit.SECONDS)).isNotNull();
      }
      case ERROR -> {
        stub.count(request.setMode("fail").build(), reader);
        reader.take(10);
        assertThat(reader.end.get(20, TimeUnit.SECONDS)).isNotNull();
      }
    }

    await()
        .untilAsserted(
            () -> {
              assertThat(inFlight("Count")).isZero();
              assertThat(handled("Count", outcome)).isEqualTo(before + 1);
              assertThat(probe.service.running).hasValue(0);
            });
  }

  @Test
  void aVanishedConnectionEndsItsCalls() {
    ManagedChannel channel = probe.channel();
    for (int i = 0; i < 3; i++) {
      ProbeServiceGrpc.newStub(channel)
          .count(CountRequest.newBuilder().setMode("hold").build(), new ManualReader());
    }
    await().until(() -> inFlight("Count") == 3);

    channel.shutdownNow();

    await().until(() -> inFlight("Count") == 0 && probe.service.running.get() == 0);
  }

  @Test
  void whatACallerInventsBecomesNoLabel() {
    MethodDescriptor<EchoRequest, ?> invented =
        ProbeServiceGrpc.getEchoMethod().toBuilder()
            .setFullMethodName("evil.Service/Method" + System.nanoTime())
            .build();
    ManagedChannel channel = probe.channel();
    StatusRuntimeException refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () ->
                ClientCalls.blockingUnaryCall(channel, invented, CallOptions.DEFAULT, text("ok")));

    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    await().until(() -> handled("unknown", Status.Code.UNIMPLEMENTED) > 0);
    assertThat(probe.metrics.registry().scrape().toString()).doesNotContain("evil");
  }

  @Test
  void anExemplarOfTheLatencyLeadsToTheRequestsLog() {
    String id = probe.stub().echo(text("ok")).getRequestId();

    await()
        .untilAsserted(
            () -> {
              HistogramSnapshot latency =
                  snapshot("grpc_server_handling_seconds", HistogramSnapshot.class);
              assertThat(
                      latency.getDataPoints().stream()
                          .filter(point -> "Echo".equals(point.getLabels().get("grpc_method")))
                          .flatMap(
                              point ->
                                  StreamSupport.stream(point.getExemplars().spliterator(), false))
                          .map(exemplar -> exemplar.getLabels().get("request_id")))
                  .doesNotContainNull()
                  .isNotEmpty();
            });
    assertThat(id).isNotEmpty();
  }

  private static EchoRequest text(String text) {
    return EchoRequest.newBuilder().setText(text).build();
  }

  private static Throwable failureOf(Future<?> answer) throws Exception {
    try {
      answer.get(20, TimeUnit.SECONDS);
      return null;
    } catch (ExecutionException failed) {
      return failed.getCause();
    } catch (CancellationException cancelled) {
      return cancelled;
    }
  }

  private static double inFlight(String method) {
    GaugeSnapshot gauge = snapshot("grpc_server_in_flight", GaugeSnapshot.class);
    return gauge.getDataPoints().stream()
        .filter(point -> method.equals(point.getLabels().get("grpc_method")))
        .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
        .sum();
  }

  private static double handled(String method, Outcome outcome) {
    double count = handled(method, outcome.code);
    return outcome.other == outcome.code ? count : count + handled(method, outcome.other);
  }

  private static double handled(String method, Status.Code code) {
    CounterSnapshot counter = snapshot("grpc_server_handled", CounterSnapshot.class);
    return counter.getDataPoints().stream()
        .filter(point -> method.equals(point.getLabels().get("grpc_method")))
        .filter(point -> code.name().equals(point.getLabels().get("grpc_code")))
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  private static double counter(String name, String method) {
    CounterSnapshot counter = snapshot(name, CounterSnapshot.class);
    return counter.getDataPoints().stream()
        .filter(point -> method.equals(point.getLabels().get("grpc_method")))
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  private static <S extends MetricSnapshot> S snapshot(String name, Class<S> type) {
    return type.cast(
        probe.metrics.registry().scrape(name::equals).stream().findFirst().orElseThrow());
  }
}
