package io.plateau.service.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.plateau.probe.v1.CountRequest;
import io.plateau.probe.v1.EchoRequest;
import io.plateau.probe.v1.EchoResponse;
import io.plateau.probe.v1.Layer;
import io.plateau.probe.v1.ProbeServiceGrpc;
import io.plateau.service.errors.FieldViolation;
import io.plateau.service.errors.Reason;
import io.plateau.service.errors.StatusDetails;
import io.plateau.service.probe.ProbeServer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ValidationTest {
  private static ProbeServer probe;

  @BeforeAll
  static void start() {
    probe = ProbeServer.start();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    probe.close();
  }

  @Test
  void everyBrokenRuleIsToldWithItsPath() {
    EchoRequest request =
        EchoRequest.newBuilder()
            .setLayer(Layer.newBuilder().setWidth(5000))
            .addLayers(Layer.newBuilder().setWidth(1))
            .addLayers(Layer.newBuilder().setWidth(-1))
            .putByName("conv", Layer.newBuilder().setWidth(9999).build())
            .build();

    StatusDetails told =
        StatusDetails.of(
            catchThrowableOfType(StatusRuntimeException.class, () -> probe.stub().echo(request)));

    assertThat(told.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(told.knownReason()).contains(Reason.REQUEST_INVALID);
    assertThat(told.fieldViolations())
        .extracting(FieldViolation::field)
        .containsExactlyInAnyOrder(
            "text", "layer.width", "layers[1].width", "by_name[\"conv\"].width");
    assertThat(told.fieldViolations())
        .allSatisfy(violation -> assertThat(violation.description()).isNotBlank());
    assertThat(told.message()).contains("(and 3 other fields)");
  }

  @Test
  void theRequestOfAStreamingCallIsChecked() {
    StatusDetails told =
        StatusDetails.of(
            catchThrowableOfType(
                StatusRuntimeException.class,
                () -> probe.stub().count(CountRequest.newBuilder().setCount(-1).build()).next()));

    assertThat(told.fieldViolations()).extracting(FieldViolation::field).containsExactly("count");
    assertThat(probe.service.streams.count()).isZero();
  }

  @Test
  void eachMessageOfAClientStreamIsChecked() throws Exception {
    CompletableFuture<Throwable> failed = new CompletableFuture<>();
    StreamObserver<EchoRequest> requests =
        ProbeServiceGrpc.newStub(probe.channel())
            .sum(
                new StreamObserver<>() {
                  @Override
                  public void onNext(EchoResponse response) {}

                  @Override
                  public void onError(Throwable failure) {
                    failed.complete(failure);
                  }

                  @Override
                  public void onCompleted() {
                    failed.complete(null);
                  }
                });
    requests.onNext(EchoRequest.newBuilder().setText("fine").build());
    requests.onNext(EchoRequest.newBuilder().setText("x".repeat(65)).build());

    StatusDetails told = StatusDetails.of(failed.get(20, TimeUnit.SECONDS));
    assertThat(told.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(told.fieldViolations()).extracting(FieldViolation::field).containsExactly("text");
  }

  @Test
  void goodRequestsPass() {
    assertThatCode(
            () ->
                probe
                    .stub()
                    .echo(
                        EchoRequest.newBuilder()
                            .setText("x".repeat(64))
                            .setLayer(Layer.newBuilder().setWidth(4096))
                            .build()))
        .doesNotThrowAnyException();
  }
}
