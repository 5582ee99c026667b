package io.plateau.service.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.plateau.probe.v1.CountRequest;
import io.plateau.probe.v1.EchoRequest;
import io.plateau.probe.v1.EchoResponse;
import io.plateau.service.probe.LogRecorder;
import io.plateau.service.probe.ProbeServer;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class RequestIdTest {
  private static ProbeServer probe;

  @BeforeAll
  static void start() {
    probe = ProbeServer.start();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    probe.close();
  }

  private record Answer(EchoResponse response, Metadata headers, Metadata trailers) {}

  @Test
  void theCallersIdIsKeptAndReturned() {
    Answer answer = echo("pipeline-7:step.3");

    assertThat(answer.response().getRequestId()).isEqualTo("pipeline-7:step.3");
    assertThat(answer.headers().get(RequestId.HEADER)).isEqualTo("pipeline-7:step.3");
    assertThat(answer.trailers().get(RequestId.HEADER)).isEqualTo("pipeline-7:step.3");
  }

  @Test
  void anIdThatCouldSpoilALogIsReplaced() {
    for (String bad : new String[] {"a b", "{\"x\":1}", "x".repeat(65), ""}) {
      String id = echo(bad).response().getRequestId();

      assertThat(id).isNotEqualTo(bad);
      assertThat(UUID.fromString(id)).hasToString(id);
    }
  }

  @Test
  void aFailedCallReturnsTheIdToo() {
    Metadata headers = new Metadata();
    headers.put(RequestId.HEADER, "failing-1");

    assertThatThrownBy(
            () ->
                probe
                    .stub()
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .echo(EchoRequest.newBuilder().setText("refuse").build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failed ->
                assertThat(failed.getTrailers().getAll(RequestId.HEADER))
                    .containsExactly("failing-1"));
  }

  @Test
  void theIdFollowsTheCallIntoOtherThreadsAndItsLogLine() {
    try (LogRecorder log = LogRecorder.of(RequestInterceptor.class)) {
      Metadata headers = new Metadata();
      headers.put(RequestId.HEADER, "stream-1");
      probe
          .stub()
          .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
          .count(CountRequest.newBuilder().setCount(2).build())
          .forEachRemaining(response -> {});

      assertThat(probe.service.producerRequestIds).contains("stream-1");
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(log.lines)
                      .anySatisfy(
                          line -> {
                            assertThat(line.getMDCPropertyMap())
                                .containsEntry("request_id", "stream-1");
                            assertThat(line.getKeyValuePairs().toString())
                                .contains("plateau.probe.v1.ProbeService/Count", "OK");
                          }));
    }
  }

  @Test
  void aThreadIsLeftAsItWasFound() {
    MDC.put(RequestId.LOG_FIELD, "outer");
    try {
      Context context = Context.current().withValue(RequestId.CONTEXT_KEY, new RequestId("inner"));
      AtomicReference<String> seen = new AtomicReference<>();
      RequestContext.run(context, () -> seen.set(MDC.get(RequestId.LOG_FIELD)));

      assertThat(seen).hasValue("inner");
      assertThat(MDC.get(RequestId.LOG_FIELD)).isEqualTo("outer");
      assertThat(RequestId.current()).isEmpty();
    } finally {
      MDC.remove(RequestId.LOG_FIELD);
    }
  }

  @Test
  void theDeadlineOfTheCallIsKnown() {
    assertThat(RequestDeadline.remaining()).isEmpty();
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    Context.CancellableContext context =
        Context.current().withDeadlineAfter(1, TimeUnit.HOURS, clock);
    RequestContext.run(
        context,
        () -> {
          assertThat(RequestDeadline.remaining().orElseThrow())
              .isBetween(Duration.ofMinutes(50), Duration.ofHours(1));
          assertThat(RequestDeadline.abandoned()).isFalse();
          context.cancel(null);
          assertThat(RequestDeadline.abandoned()).isTrue();
          assertThat(RequestDeadline.expired()).isFalse();
        });
    clock.shutdownNow();
    assertThat(RequestDeadline.explainsCancellation(context.getDeadline())).isFalse();
    assertThat(RequestDeadline.explainsCancellation(null)).isFalse();
    assertThat(RequestDeadline.explainsCancellation(Deadline.after(50, TimeUnit.MILLISECONDS)))
        .isTrue();
  }

  private static Answer echo(String id) {
    Metadata headers = new Metadata();
    headers.put(RequestId.HEADER, id);
    AtomicReference<Metadata> responseHeaders = new AtomicReference<>();
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    EchoResponse response =
        probe
            .stub()
            .withInterceptors(
                MetadataUtils.newAttachHeadersInterceptor(headers),
                MetadataUtils.newCaptureMetadataInterceptor(responseHeaders, trailers))
            .echo(EchoRequest.newBuilder().setText("ok").build());
    return new Answer(response, responseHeaders.get(), trailers.get());
  }
}
