package io.plateau.service.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.MetadataUtils;
import io.plateau.probe.v1.CountRequest;
import io.plateau.probe.v1.CountResponse;
import io.plateau.probe.v1.EchoRequest;
import io.plateau.service.errors.Reason;
import io.plateau.service.errors.StatusDetails;
import io.plateau.service.probe.ProbeServer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ServerLimitsTest {
  @Test
  void callsBeyondTheLimitAreRefusedAtOnceAndHealthStillAnswers() throws Exception {
    try (ProbeServer probe = ProbeServer.start(Map.of("server.max-calls", "2"))) {
      List<Iterator<CountResponse>> streams = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        streams.add(
            probe.stub().count(CountRequest.newBuilder().setCount(1).setMode("hold").build()));
        streams.get(i).next();
      }

      StatusDetails told =
          StatusDetails.of(
              catchThrowableOfType(
                  StatusRuntimeException.class,
                  () -> probe.stub().echo(EchoRequest.newBuilder().setText("ok").build())));

      assertThat(told.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(told.knownReason()).contains(Reason.QUEUE_FULL);
      assertThat(told.retryDelay()).isPresent();
      assertThat(
              HealthGrpc.newBlockingStub(probe.channel())
                  .check(HealthCheckRequest.getDefaultInstance())
                  .getStatus()
                  .name())
          .isEqualTo("SERVING");

      probe.service.release.countDown();
      streams.forEach(stream -> stream.forEachRemaining(response -> {}));
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(
                          probe
                              .stub()
                              .echo(EchoRequest.newBuilder().setText("ok").build())
                              .getText())
                      .isEqualTo("ok"));
    }
  }

  @Test
  void messagesAndMetadataThatAreTooLargeAreRefusedAndTheServerGoesOn() throws Exception {
    try (ProbeServer probe =
        ProbeServer.start(
            Map.of("server.max-message-size", "64KiB", "server.max-metadata-size", "4KiB"))) {
      StatusRuntimeException message =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  probe.stub().echo(EchoRequest.newBuilder().setText("x".repeat(100_000)).build()));
      Metadata large = new Metadata();
      large.put(Metadata.Key.of("x-large", Metadata.ASCII_STRING_MARSHALLER), "x".repeat(10_000));
      StatusRuntimeException metadata =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  probe
                      .stub()
                      .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(large))
                      .echo(EchoRequest.newBuilder().setText("ok").build()));

      assertThat(message.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
      assertThat(metadata.getStatus().getCode()).isNotEqualTo(Status.Code.OK);
      assertThat(probe.stub().echo(EchoRequest.newBuilder().setText("ok").build()).getText())
          .isEqualTo("ok");
    }
  }
}
