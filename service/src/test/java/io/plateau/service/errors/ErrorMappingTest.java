package io.plateau.service.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.rpc.ErrorInfo;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.plateau.probe.v1.CountRequest;
import io.plateau.probe.v1.EchoRequest;
import io.plateau.probe.v1.EchoResponse;
import io.plateau.probe.v1.ProbeServiceGrpc;
import io.plateau.service.probe.LogRecorder;
import io.plateau.service.probe.ProbeServer;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ErrorMappingTest {
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
  void aThrownFailureArrivesWithItsReason() {
    StatusDetails told = failure("refuse");

    assertThat(told.code()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(told.domain()).isEqualTo("plateau");
    assertThat(told.knownReason()).contains(Reason.DATASET_NOT_FOUND);
    assertThat(told.metadata()).containsEntry("name", "minst");
    assertThat(told.message()).contains("list them with");
    assertThat(told.requestId()).isPresent();
  }

  @Test
  void aFailureGivenToTheObserverFromAnotherThreadArrivesTheSame() {
    StatusDetails told = failure("refuse-later");

    assertThat(told.code()).isEqualTo(Status.Code.DATA_LOSS);
    assertThat(told.knownReason()).contains(Reason.PAIR_CORRUPT);
    assertThat(told.requestId()).isPresent();
  }

  @Test
  void bytesThatAreNoRequestAreTheCallersFault() {
    MethodDescriptor<InputStream, InputStream> raw =
        ProbeServiceGrpc.getEchoMethod().toBuilder(new Bytes(), new Bytes()).build();
    for (byte[] bytes : new byte[][] {{(byte) 0x0c}, {0x0a, 0x7f}, {(byte) 0xff}}) {
      StatusDetails told =
          StatusDetails.of(
              catchThrowableOfType(
                  StatusRuntimeException.class,
                  () ->
                      ClientCalls.blockingUnaryCall(
                          probe.channel(),
                          raw,
                          CallOptions.DEFAULT,
                          new ByteArrayInputStream(bytes))));
      assertThat(told.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
      assertThat(told.knownReason()).contains(Reason.REQUEST_INVALID);
      assertThat(told.requestId()).isPresent();
    }
  }

  /** Messages as they are on the wire. */
  private static final class Bytes implements MethodDescriptor.Marshaller<InputStream> {
    @Override
    public InputStream stream(InputStream value) {
      return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
      return stream;
    }
  }

  @Test
  void whereARetryHelpsTheDelayIsTold() {
    assertThat(failure("busy").retryDelay()).contains(Duration.ofMillis(1500));
  }

  @Test
  void exceptionsOfTheDomainAreTranslatedByTheNearestClassOrCause() {
    assertThat(failure("domain").knownReason()).contains(Reason.ENDS_DIFFER);
    assertThat(failure("wrapped-domain").knownReason()).contains(Reason.ENDS_DIFFER);
  }

  @Test
  void aBareStatusKeepsItsCodeAndGetsAReason() {
    StatusRuntimeException thrown = call("status");

    assertThat(thrown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(thrown.getStatus().getDescription()).isEqualTo("bare");
    assertThat(StatusProto.fromThrowable(thrown).getDetailsList())
        .filteredOn(detail -> detail.is(ErrorInfo.class))
        .hasSize(1);
  }

  @Test
  void aDefectTellsTheRequestIdAndTheLogTheCause() {
    try (LogRecorder log = LogRecorder.of(ErrorInterceptor.class)) {
      for (String how : new String[] {"break", "break-later"}) {
        StatusRuntimeException thrown = call(how);
        StatusDetails told = StatusDetails.of(thrown);

        assertThat(told.code()).isEqualTo(Status.Code.INTERNAL);
        assertThat(told.knownReason()).contains(Reason.INTERNAL);
        assertThat(thrown.toString() + thrown.getTrailers()).doesNotContain("hunter2");
        assertThat(told.message()).contains(told.requestId().orElseThrow());
        assertThat(log.lines)
            .anySatisfy(
                line -> {
                  assertThat(line.getThrowableProxy().getMessage()).isEqualTo("password=hunter2");
                  assertThat(line.getMDCPropertyMap())
                      .containsEntry("request_id", told.requestId().orElseThrow());
                });
      }
    }
  }

  @Test
  void aHugeFailureStillFitsIntoTheTrailersThatClientsTake() {
    StatusDetails told = failure("huge");

    assertThat(told.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(told.knownReason()).contains(Reason.REQUEST_INVALID);
    assertThat(told.fieldViolations()).isNotEmpty();
  }

  @Test
  void aFailureAfterTheAnswerIsLoggedAndChangesNothing() {
    try (LogRecorder log = LogRecorder.of(ErrorInterceptor.class)) {
      probe.stub().echo(EchoRequest.newBuilder().setText("answer-and-break").build());

      await()
          .untilAsserted(
              () ->
                  assertThat(log.lines)
                      .anySatisfy(
                          line -> assertThat(line.getMessage()).contains("after it had been")));
    }
  }

  @Test
  void aStreamThatFailsDeliversItsMessagesAndThenTheReason() {
    var responses =
        probe.stub().count(CountRequest.newBuilder().setCount(3).setMode("fail").build());
    int received = 0;
    StatusRuntimeException thrown = null;
    try {
      while (responses.hasNext()) {
        assertThat(responses.next().getNumber()).isEqualTo(received++);
      }
    } catch (StatusRuntimeException failed) {
      thrown = failed;
    }

    assertThat(received).isEqualTo(3);
    assertThat(StatusDetails.of(thrown).knownReason()).contains(Reason.DEVICE_OUT_OF_MEMORY);
  }

  @Test
  void aClientStreamIsEndedByTheFirstFailure() throws Exception {
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
    requests.onNext(EchoRequest.newBuilder().setText("a").build());
    requests.onNext(EchoRequest.newBuilder().setText("refuse").build());
    requests.onNext(EchoRequest.newBuilder().setText("b").build());
    requests.onCompleted();

    assertThat(StatusDetails.of(failed.get(20, TimeUnit.SECONDS)).knownReason())
        .contains(Reason.FILE_INVALID);
  }

  @Test
  void aFailureOfTheTransportReadsWithoutAReason() {
    StatusDetails read =
        StatusDetails.of(Status.UNAVAILABLE.withDescription("io").asRuntimeException());

    assertThat(read.code()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(read.message()).isEqualTo("io");
    assertThat(read.reason()).isEmpty();
    assertThat(StatusDetails.of(new IllegalStateException("x")).code())
        .isEqualTo(Status.Code.UNKNOWN);
  }

  private static StatusDetails failure(String text) {
    return StatusDetails.of(call(text));
  }

  private static StatusRuntimeException call(String text) {
    return catchThrowableOfType(
        StatusRuntimeException.class,
        () -> probe.stub().echo(EchoRequest.newBuilder().setText(text).build()));
  }
}
