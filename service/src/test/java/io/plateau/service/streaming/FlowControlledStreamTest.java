package io.plateau.service.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.plateau.probe.v1.CountRequest;
import io.plateau.probe.v1.CountResponse;
import io.plateau.probe.v1.EchoRequest;
import io.plateau.probe.v1.ProbeServiceGrpc;
import io.plateau.service.probe.ManualReader;
import io.plateau.service.probe.ProbeServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlowControlledStreamTest {
  private static final int PAYLOAD = 64 << 10;
  // The connection takes one flow-control window (1 MiB) and gRPC's buffer beside the ring.
  private static final int MOST_IN_FLIGHT = 40;

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
  void aSlowClientHoldsTheProducerAndGetsEverythingInOrder() throws Exception {
    ManualReader reader = new ManualReader();
    ProbeServiceGrpc.newStub(probe.channel()).count(request(400, PAYLOAD, ""), reader);

    await().until(() -> probe.service.blockedSeconds.sum() > 0.3);
    int producedWhileBlocked = probe.service.produced.get();
    assertThat(producedWhileBlocked).isBetween(1, MOST_IN_FLIGHT);
    assertThat(reader.numbers).isEmpty();

    reader.take(10);
    await().until(() -> reader.numbers.size() == 10);
    assertThat(probe.service.produced.get()).isLessThanOrEqualTo(MOST_IN_FLIGHT + 10);

    reader.take(1000);
    assertThat(reader.end.get(30, TimeUnit.SECONDS)).isNull();
    assertThat(reader.numbers).isEqualTo(IntStream.range(0, 400).boxed().toList());
    assertThat(probe.service.largestRing.get()).isLessThanOrEqualTo(4);
    assertAllQuiet();
    assertThat(probe.service.ends).isEmpty();
    assertThat(probe.service.stopCalls).hasValue(0);
  }

  @Test
  void aVanishedClientStopsABlockedProducer() throws Exception {
    ManagedChannel channel = probe.channel();
    ManualReader reader = new ManualReader();
    ProbeServiceGrpc.newStub(channel).count(request(10_000, PAYLOAD, ""), reader);
    await().until(() -> probe.service.blockedSeconds.sum() > 0.1);

    channel.shutdownNow();

    assertAllQuiet();
    assertThat(probe.service.ends).containsExactly(StreamEnd.CANCELLED);
    assertThat(probe.service.stopCalls).hasValue(1);
    reader.take(10_000);
  }

  @Test
  void aCancelledCallStopsARunningProducer() {
    ManualReader reader = new ManualReader();
    ProbeServiceGrpc.newStub(probe.channel()).count(request(Integer.MAX_VALUE, 1, ""), reader);
    reader.take(Integer.MAX_VALUE);
    await().until(() -> reader.numbers.size() > 100);

    reader.cancel();

    assertAllQuiet();
    assertThat(probe.service.ends).containsExactly(StreamEnd.CANCELLED);
  }

  @Test
  void aDeadlineStopsABlockedProducer() throws Exception {
    ManualReader reader = new ManualReader();
    ProbeServiceGrpc.newStub(probe.channel())
        .withDeadlineAfter(400, TimeUnit.MILLISECONDS)
        .count(request(10_000, PAYLOAD, ""), reader);

    assertThat(Status.fromThrowable(reader.end.get(20, TimeUnit.SECONDS)).getCode())
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    assertAllQuiet();
    // Which of the two is told by the clock: the client resets the stream at about the same time.
    assertThat(probe.service.ends)
        .hasSize(1)
        .isSubsetOf(StreamEnd.DEADLINE_EXCEEDED, StreamEnd.CANCELLED);
  }

  @Test
  void aProducerOnTheCallsOwnThreadIsNotStuck() throws Exception {
    ManualReader reader = new ManualReader();
    ProbeServiceGrpc.newStub(probe.channel()).count(request(30, PAYLOAD, "same-thread"), reader);
    await().until(() -> probe.service.blockedSeconds.sum() > 0.2);
    reader.take(1000);

    assertThat(reader.end.get(30, TimeUnit.SECONDS)).isNull();
    assertThat(reader.numbers).hasSize(30);

    ManualReader vanishing = new ManualReader();
    ManagedChannel channel = probe.channel();
    ProbeServiceGrpc.newStub(channel).count(request(30, PAYLOAD, "same-thread"), vanishing);
    await().until(() -> probe.service.running.get() == 1);
    channel.shutdownNow();
    assertAllQuiet();
    assertThat(probe.service.ends).containsExactly(StreamEnd.CANCELLED);
    vanishing.take(1000);
  }

  @Test
  void aHundredStreamsAtATimeAreEachWholeAndInOrder() throws Exception {
    // With this window no stream can end before it is read.
    List<ManagedChannel> channels =
        List.of(
            probe.channel(64 << 10),
            probe.channel(64 << 10),
            probe.channel(64 << 10),
            probe.channel(64 << 10));
    List<ManualReader> readers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ManualReader reader = new ManualReader();
      readers.add(reader);
      ProbeServiceGrpc.newStub(channels.get(i % 4)).count(request(60, 4 << 10, ""), reader);
    }
    await().until(() -> probe.service.running.get() == 100);
    // All stand still at their rings; then each is read at its own pace.
    for (int round = 0; round < 20; round++) {
      for (int i = 0; i < readers.size(); i++) {
        readers.get(i).take(1 + i % 5);
      }
    }
    readers.forEach(reader -> reader.take(1000));

    for (ManualReader reader : readers) {
      assertThat(reader.end.get(60, TimeUnit.SECONDS)).isNull();
      assertThat(reader.numbers).isEqualTo(IntStream.range(0, 60).boxed().toList());
    }
    assertAllQuiet();
    assertThat(probe.service.largestRing.get()).isLessThanOrEqualTo(4);
  }

  @Test
  void cancellingAtAnyMomentLeavesNothingBehind() {
    Random random = new Random(7);
    ManagedChannel channel = probe.channel();
    for (int i = 0; i < 300; i++) {
      ManualReader reader = new ManualReader();
      ProbeServiceGrpc.newStub(channel).count(request(random.nextInt(30), 1 << 10, ""), reader);
      reader.take(random.nextInt(40) + 1);
      long until = System.nanoTime() + random.nextInt(2_000_000);
      while (System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      reader.cancel();
    }

    assertAllQuiet();
    assertThat(probe.stub().echo(EchoRequest.newBuilder().setText("ok").build()).getText())
        .isEqualTo("ok");
  }

  @Test
  void onlyAServersObserverIsTaken() {
    assertThatThrownBy(
            () ->
                new OpenStreams()
                    .open(
                        new StreamObserver<CountResponse>() {
                          @Override
                          public void onNext(CountResponse response) {}

                          @Override
                          public void onError(Throwable failure) {}

                          @Override
                          public void onCompleted() {}
                        },
                        4,
                        ShutdownPolicy.END_AT_ONCE,
                        seconds -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private void assertAllQuiet() {
    await()
        .untilAsserted(
            () -> {
              assertThat(probe.service.running).hasValue(0);
              assertThat(probe.service.streams.count()).isZero();
            });
  }

  private static CountRequest request(int count, int payloadBytes, String mode) {
    return CountRequest.newBuilder()
        .setCount(count)
        .setPayloadBytes(payloadBytes)
        .setMode(mode)
        .build();
  }
}
