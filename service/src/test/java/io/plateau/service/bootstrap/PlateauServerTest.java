package io.plateau.service.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import io.plateau.probe.v1.CountRequest;
import io.plateau.probe.v1.EchoRequest;
import io.plateau.probe.v1.EchoResponse;
import io.plateau.probe.v1.ProbeServiceGrpc;
import io.plateau.service.configuration.ConfigurationException;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.errors.StatusDetails;
import io.plateau.service.probe.ManualReader;
import io.plateau.service.probe.ProbeServer;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PlateauServerTest {
  private static final EchoRequest OK = EchoRequest.newBuilder().setText("ok").build();
  private static final EchoRequest WAIT = EchoRequest.newBuilder().setText("wait").build();

  @Test
  void twoServersInOneProcessKeepApart() throws Exception {
    try (ProbeServer trainer = ProbeServer.start("trainer", Map.of(), builder -> {});
        ProbeServer interpolator = ProbeServer.start("interpolator", Map.of(), builder -> {})) {
      assertThat(trainer.server.port()).isPositive().isNotEqualTo(interpolator.server.port());
      trainer.stub().echo(OK);
      trainer.stub().echo(OK);
      interpolator.stub().echo(OK);

      String one =
          "grpc_server_started_total{grpc_method=\"Echo\","
              + "grpc_service=\"plateau.probe.v1.ProbeService\",grpc_type=\"unary\"} ";
      assertThat(trainer.get("/metrics").body()).contains(one + "2.0", "server=\"trainer\"");
      assertThat(interpolator.get("/metrics").body())
          .contains(one + "1.0", "server=\"interpolator\"")
          .doesNotContain("trainer");

      trainer.server.shutDown(Duration.ZERO);

      assertThat(interpolator.stub().echo(OK).getText()).isEqualTo("ok");
      assertThat(interpolator.get("/healthz").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void anAddressThatOthersReachNeedsSecurityOrAWord() throws Exception {
    assertThatThrownBy(() -> ProbeServer.start(Map.of("trainer.host", "0.0.0.0")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("trainer.host = 0.0.0.0")
        .hasMessageContaining("server.allow-insecure=true");

    try (ProbeServer open =
        ProbeServer.start(Map.of("trainer.host", "0.0.0.0", "server.allow-insecure", "true"))) {
      assertThat(open.stub().echo(OK).getText()).isEqualTo("ok");
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());

      assertThatThrownBy(() -> ProbeServer.start(Map.of("trainer.port", port)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(port)
          .hasMessageContaining("set trainer.port to another port");
      assertThatThrownBy(() -> ProbeServer.start(Map.of("trainer.metrics-port", port)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("set trainer.metrics-port to another port");
    }
    assertThatThrownBy(() -> ProbeServer.start(Map.of("trainer.host", "no.such.host.invalid")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("trainer.host = \"no.such.host.invalid\" (flag --trainer.host)");
  }

  @Test
  void shutdownLetsWorkEndAndTakesNoMore() throws Exception {
    List<String> steps = new CopyOnWriteArrayList<>();
    ProbeServer probe =
        ProbeServer.start(
            "trainer",
            Map.of(),
            builder ->
                builder
                    .onDrain("jobs", timeLeft -> steps.add("jobs"))
                    .onDrain(
                        "broken",
                        timeLeft -> {
                          throw new IllegalStateException("expected by the test");
                        })
                    .onStop("database", timeLeft -> steps.add("database"))
                    .onStop("store", timeLeft -> steps.add("store")));
    try (probe) {
      ManagedChannel channel = probe.channel();
      List<HealthCheckResponse.ServingStatus> seen = watchHealth(channel);
      Future<EchoResponse> unary = ProbeServiceGrpc.newFutureStub(channel).echo(WAIT);
      ManualReader stream = new ManualReader();
      ProbeServiceGrpc.newStub(channel)
          .count(CountRequest.newBuilder().setCount(3).setMode("hold").build(), stream);
      stream.take(10);
      ManualReader watch = new ManualReader();
      ProbeServiceGrpc.newStub(channel)
          .count(CountRequest.newBuilder().setCount(3).setMode("watch").build(), watch);
      watch.take(10);
      await().until(() -> stream.numbers.size() == 3 && watch.numbers.size() == 3);
      await().until(() -> probe.service.running.get() == 3);

      CompletableFuture<Void> shutdown =
          CompletableFuture.runAsync(() -> probe.server.shutDown(Duration.ofSeconds(30)));

      // A stream that can be resumed ends at once, with its reason; the others go on.
      StatusDetails told = StatusDetails.of(watch.end.get(20, TimeUnit.SECONDS));
      assertThat(told.knownReason()).contains(Reason.SERVER_SHUTTING_DOWN);
      assertThat(told.retryDelay()).isPresent();
      await()
          .untilAsserted(
              () ->
                  assertThat(seen)
                      .containsExactly(
                          HealthCheckResponse.ServingStatus.SERVING,
                          HealthCheckResponse.ServingStatus.NOT_SERVING));
      assertThat(probe.get("/healthz").statusCode()).isEqualTo(503);
      assertThat(
              catchThrowableOfType(StatusRuntimeException.class, () -> probe.stub().echo(OK))
                  .getStatus()
                  .getCode())
          .isEqualTo(Status.Code.UNAVAILABLE);
      assertThat(shutdown).isNotDone();

      probe.service.release.countDown();

      assertThat(unary.get(20, TimeUnit.SECONDS).getText()).isEqualTo("wait");
      assertThat(stream.end.get(20, TimeUnit.SECONDS)).isNull();
      shutdown.get(20, TimeUnit.SECONDS);
      assertThat(steps).containsExactly("jobs", "store", "database");
      probe.server.awaitTermination();
      assertThat(probe.service.running).hasValue(0);
    }
  }

  @Test
  void whatOutlastsTheGraceIsEnded() throws Exception {
    try (ProbeServer probe = ProbeServer.start()) {
      ManagedChannel channel = probe.channel();
      Future<EchoResponse> unary = ProbeServiceGrpc.newFutureStub(channel).echo(WAIT);
      ManualReader held = new ManualReader();
      ProbeServiceGrpc.newStub(channel)
          .count(CountRequest.newBuilder().setCount(1).setMode("hold").build(), held);
      held.take(10);
      ManualReader blocked = new ManualReader();
      ProbeServiceGrpc.newStub(channel)
          .count(
              CountRequest.newBuilder().setCount(10_000).setPayloadBytes(64 << 10).build(),
              blocked);
      await().until(() -> probe.service.running.get() == 3);
      await().until(() -> probe.service.blockedSeconds.sum() > 0);

      probe.server.shutDown(Duration.ofMillis(100));

      assertThat(StatusDetails.of(held.end.get(20, TimeUnit.SECONDS)).knownReason())
          .contains(Reason.SERVER_SHUTTING_DOWN);
      // gRPC tells a client the end once it has taken the messages before it.
      blocked.take(10_000);
      assertThat(blocked.end.get(20, TimeUnit.SECONDS)).isNotNull();
      assertThatThrownBy(() -> unary.get(20, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(StatusRuntimeException.class);
      await().until(() -> probe.service.running.get() == 0);
      assertThat(probe.service.streams.count()).isZero();
      GaugeSnapshot inFlight =
          (GaugeSnapshot) probe.metrics.registry().scrape("grpc_server_in_flight"::equals).get(0);
      assertThat(inFlight.getDataPoints())
          .isNotEmpty()
          .allSatisfy(point -> assertThat(point.getValue()).isZero());
    }
  }

  @Test
  void shuttingDownTwiceWaitsForTheFirst() throws Exception {
    try (ProbeServer probe = ProbeServer.start()) {
      CompletableFuture<Void> first =
          CompletableFuture.runAsync(() -> probe.server.shutDown(Duration.ofSeconds(5)));
      probe.server.shutDown(Duration.ofSeconds(5));
      probe.server.close();

      first.get(20, TimeUnit.SECONDS);
    }
  }

  @Test
  void anAddedInterceptorSeesEveryCallAndItsRefusalIsTold() throws Exception {
    ServerInterceptor authentication =
        new ServerInterceptor() {
          @Override
          public <Q, R> ServerCall.Listener<Q> interceptCall(
              ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            throw PlateauException.of(Reason.UNAUTHENTICATED, "Send a token.");
          }
        };
    try (ProbeServer probe =
        ProbeServer.start("trainer", Map.of(), builder -> builder.interceptor(authentication))) {
      StatusDetails told =
          StatusDetails.of(
              catchThrowableOfType(StatusRuntimeException.class, () -> probe.stub().echo(OK)));

      assertThat(told.code()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(told.knownReason()).contains(Reason.UNAUTHENTICATED);
      assertThat(told.requestId()).isPresent();
    }
  }

  private static List<HealthCheckResponse.ServingStatus> watchHealth(ManagedChannel channel) {
    List<HealthCheckResponse.ServingStatus> seen = new CopyOnWriteArrayList<>();
    HealthGrpc.newStub(channel)
        .watch(
            HealthCheckRequest.getDefaultInstance(),
            new StreamObserver<>() {
              @Override
              public void onNext(HealthCheckResponse response) {
                seen.add(response.getStatus());
              }

              @Override
              public void onError(Throwable failure) {}

              @Override
              public void onCompleted() {}
            });
    await().until(() -> !seen.isEmpty());
    return seen;
  }
}
