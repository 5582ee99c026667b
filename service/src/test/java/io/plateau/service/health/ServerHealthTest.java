package io.plateau.service.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import io.plateau.service.probe.ProbeServer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServerHealthTest {
  private ProbeServer probe;

  @BeforeEach
  void start() {
    probe = ProbeServer.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    probe.close();
  }

  @Test
  void aServiceAndTheWholeAreReportedApart() {
    assertThat(check("")).isEqualTo(ServingStatus.SERVING);
    assertThat(check(ProbeServer.SERVICE)).isEqualTo(ServingStatus.SERVING);

    probe.server.health().report(ProbeServer.SERVICE, false);

    assertThat(check("")).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(check(ProbeServer.SERVICE)).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(
            catchThrowableOfType(StatusRuntimeException.class, () -> check("none"))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.NOT_FOUND);
    assertThatThrownBy(() -> probe.server.health().report("none", true))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void afterShutdownNothingServesWhateverIsReported() {
    ServerHealth health = probe.server.health();
    health.shutDown();
    health.report(ProbeServer.SERVICE, true);

    assertThat(check("")).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(check(ProbeServer.SERVICE)).isEqualTo(ServingStatus.NOT_SERVING);
    assertThat(health.serves()).isFalse();
  }

  @Test
  void reflectionDescribesTheServicesInBothVersions() throws Exception {
    CompletableFuture<List<String>> v1 = new CompletableFuture<>();
    StreamObserver<io.grpc.reflection.v1.ServerReflectionRequest> requests =
        io.grpc.reflection.v1.ServerReflectionGrpc.newStub(probe.channel())
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(io.grpc.reflection.v1.ServerReflectionResponse response) {
                    v1.complete(
                        response.getListServicesResponse().getServiceList().stream()
                            .map(io.grpc.reflection.v1.ServiceResponse::getName)
                            .toList());
                  }

                  @Override
                  public void onError(Throwable failure) {
                    v1.completeExceptionally(failure);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(
        io.grpc.reflection.v1.ServerReflectionRequest.newBuilder().setListServices("").build());

    assertThat(v1.get(20, TimeUnit.SECONDS))
        .contains(
            ProbeServer.SERVICE,
            "grpc.health.v1.Health",
            "grpc.reflection.v1.ServerReflection",
            "grpc.reflection.v1alpha.ServerReflection");
    requests.onCompleted();
  }

  private ServingStatus check(String service) {
    return HealthGrpc.newBlockingStub(probe.channel())
        .check(HealthCheckRequest.newBuilder().setService(service).build())
        .getStatus();
  }
}
