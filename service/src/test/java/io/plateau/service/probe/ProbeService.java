package io.plateau.service.probe;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.plateau.probe.v1.CountRequest;
import io.plateau.probe.v1.CountResponse;
import io.plateau.probe.v1.EchoRequest;
import io.plateau.probe.v1.EchoResponse;
import io.plateau.probe.v1.ProbeServiceGrpc;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.limits.BoundedExecutor;
import io.plateau.service.request.RequestId;
import io.plateau.service.streaming.FlowControlledStream;
import io.plateau.service.streaming.OpenStreams;
import io.plateau.service.streaming.ShutdownPolicy;
import io.plateau.service.streaming.StreamClosedException;
import io.plateau.service.streaming.StreamEnd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAdder;

/** Does what the request's text says. */
public final class ProbeService extends ProbeServiceGrpc.ProbeServiceImplBase
    implements AutoCloseable {
  public static final int RING = 4;

  /** An exception of a domain that knows no gRPC. */
  public static class DomainException extends RuntimeException {
    public DomainException(String message) {
      super(message);
    }
  }

  /** A more special one, with no translator of its own. */
  public static final class SpecialDomainException extends DomainException {
    public SpecialDomainException(String message) {
      super(message);
    }
  }

  public final OpenStreams streams = new OpenStreams();
  public final BoundedExecutor producers = new BoundedExecutor("probe-producer", 128, 16);
  public final DoubleAdder blockedSeconds = new DoubleAdder();
  public final AtomicInteger produced = new AtomicInteger();
  public final AtomicInteger running = new AtomicInteger();
  public final AtomicInteger stopCalls = new AtomicInteger();
  public final AtomicInteger largestRing = new AtomicInteger();
  public final List<StreamEnd> ends = new CopyOnWriteArrayList<>();
  public final List<String> producerRequestIds = new CopyOnWriteArrayList<>();
  public final CountDownLatch release = new CountDownLatch(1);

  @Override
  public void echo(EchoRequest request, StreamObserver<EchoResponse> responses) {
    switch (request.getText()) {
      case "refuse" ->
          throw PlateauException.builder(
                  Reason.DATASET_NOT_FOUND, "No data set \"minst\"; list them with `data`.")
              .metadata("name", "minst")
              .build();
      case "busy" ->
          throw PlateauException.builder(Reason.QUEUE_FULL, "Busy.")
              .retryAfter(Duration.ofMillis(1500))
              .build();
      case "break" -> throw new IllegalStateException("password=hunter2");
      case "break-later" -> {
        responses.onNext(EchoResponse.getDefaultInstance());
        throw new IllegalStateException("password=hunter2");
      }
      case "answer-and-break" -> {
        answer(request, responses);
        throw new IllegalStateException("expected by the test");
      }
      case "huge" -> throw hugeFailure();
      case "refuse-later" ->
          producers.execute(
              () -> responses.onError(PlateauException.of(Reason.PAIR_CORRUPT, "Digest differs.")));
      case "domain" -> throw new SpecialDomainException("ends differ");
      case "wrapped-domain" -> throw new IllegalStateException(new DomainException("ends differ"));
      case "status" ->
          responses.onError(Status.NOT_FOUND.withDescription("bare").asRuntimeException());
      case "wait" ->
          producers.execute(
              () -> {
                running.incrementAndGet();
                try {
                  while (!Context.current().isCancelled() && release.getCount() > 0) {
                    Thread.sleep(5);
                  }
                  if (!Context.current().isCancelled()) {
                    answer(request, responses);
                  }
                } catch (InterruptedException interrupted) {
                  Thread.currentThread().interrupt();
                } finally {
                  running.decrementAndGet();
                }
              });
      default -> answer(request, responses);
    }
  }

  /** More than any trailers hold, in characters that take the most room. */
  public static PlateauException hugeFailure() {
    PlateauException.Builder failure =
        PlateauException.builder(Reason.REQUEST_INVALID, "値段😀".repeat(10_000));
    for (int i = 0; i < 1000; i++) {
      failure.field("layers[" + i + "]." + "é".repeat(500), "😀".repeat(500));
      failure.metadata("key" + i, "値".repeat(1000));
    }
    return failure.build();
  }

  private static void answer(EchoRequest request, StreamObserver<EchoResponse> responses) {
    responses.onNext(
        EchoResponse.newBuilder()
            .setText(request.getText())
            .setRequestId(RequestId.current().map(RequestId::value).orElse(""))
            .build());
    responses.onCompleted();
  }

  @Override
  public void count(CountRequest request, StreamObserver<CountResponse> responses) {
    FlowControlledStream<CountResponse> stream =
        streams.open(
            responses,
            RING,
            request.getMode().equals("watch")
                ? ShutdownPolicy.END_AT_ONCE
                : ShutdownPolicy.FINISH_WITHIN_GRACE,
            blockedSeconds::add);
    stream.onStop(stopCalls::incrementAndGet);
    if (request.getMode().equals("same-thread")) {
      produce(request, stream);
    } else {
      producers.execute(() -> produce(request, stream));
    }
  }

  private void produce(CountRequest request, FlowControlledStream<CountResponse> stream) {
    running.incrementAndGet();
    RequestId.current().ifPresent(id -> producerRequestIds.add(id.value()));
    ByteString payload = ByteString.copyFrom(new byte[request.getPayloadBytes()]);
    try {
      for (int number = 0; number < request.getCount(); number++) {
        stream.send(CountResponse.newBuilder().setNumber(number).setPayload(payload).build());
        produced.incrementAndGet();
        largestRing.accumulateAndGet(stream.waiting(), Math::max);
      }
      if (request.getMode().equals("watch") || request.getMode().equals("hold")) {
        while (!stream.isStopped() && release.getCount() > 0) {
          Thread.sleep(5);
        }
      }
      if (request.getMode().equals("fail")) {
        stream.fail(PlateauException.of(Reason.DEVICE_OUT_OF_MEMORY, "Ask for fewer samples."));
      } else {
        stream.complete();
      }
    } catch (StreamClosedException closed) {
      ends.add(closed.end());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      running.decrementAndGet();
    }
  }

  @Override
  public StreamObserver<EchoRequest> sum(StreamObserver<EchoResponse> responses) {
    return new StreamObserver<>() {
      private final StringBuilder text = new StringBuilder();

      @Override
      public void onNext(EchoRequest request) {
        if (request.getText().equals("refuse")) {
          throw PlateauException.of(Reason.FILE_INVALID, "Not a checkpoint.");
        }
        text.append(request.getText());
      }

      @Override
      public void onError(Throwable gone) {}

      @Override
      public void onCompleted() {
        responses.onNext(EchoResponse.newBuilder().setText(text.toString()).build());
        responses.onCompleted();
      }
    };
  }

  @Override
  public void close() {
    release.countDown();
    producers.close();
  }
}
