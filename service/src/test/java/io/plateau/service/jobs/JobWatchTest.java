package io.plateau.service.jobs;

import static io.plateau.service.jobs.JobFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.plateau.service.database.DatabaseKind;
import io.plateau.service.database.PostgresExtension;
import io.plateau.service.database.PostgresServer;
import io.plateau.service.jobs.JobException.Reason;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(DatabaseKind.class)
@ExtendWith(PostgresExtension.class)
@Timeout(90)
class JobWatchTest {
  @Parameter DatabaseKind kind;
  private JobFixture fixture;
  private JobStore store;

  @BeforeEach
  void open(PostgresServer server, @TempDir Path directory) {
    fixture = new JobFixture(kind, server, directory);
    store = fixture.store();
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  /** Keeps what it is sent, on request. */
  private static final class Recorder implements Flow.Subscriber<JobEvent> {
    final List<JobEvent> events = new CopyOnWriteArrayList<>();
    final long initialRequest;
    volatile Flow.Subscription subscription;
    volatile boolean complete;
    volatile Throwable error;

    Recorder(long initialRequest) {
      this.initialRequest = initialRequest;
    }

    @Override
    public void onSubscribe(Flow.Subscription newSubscription) {
      subscription = newSubscription;
      if (initialRequest > 0) {
        subscription.request(initialRequest);
      }
    }

    @Override
    public void onNext(JobEvent event) {
      assertThat(complete).isFalse();
      events.add(event);
    }

    @Override
    public void onError(Throwable failure) {
      error = failure;
    }

    @Override
    public void onComplete() {
      complete = true;
    }

    List<Long> numbers() {
      return events.stream().map(JobEvent::number).toList();
    }
  }

  private static Recorder unbounded() {
    return new Recorder(Long.MAX_VALUE);
  }

  private static List<Long> numbers(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  @Test
  void watchersOfALocalAndOfARemoteReplicaSeeEachEventOnceWhileItIsWritten() {
    JobWatch local = fixture.watch(store);
    JobWatch remote = fixture.watch(fixture.store());
    fixture.start(
        store,
        context -> {
          for (int i = 0; i < 3_000; i++) {
            context.emit(bytes("e" + i));
            if (i % 100 == 0) {
              Thread.sleep(5);
            }
          }
          return JobOutcome.succeeded(ByteString.EMPTY);
        });
    Job job = store.create(JobRequest.of(bytes("x")));
    List<Recorder> recorders = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 20; i++) {
      Recorder recorder = unbounded();
      recorders.add(recorder);
      (i % 2 == 0 ? local : remote).watch(job.id(), 0, recorder);
    }
    for (Recorder recorder : recorders) {
      await().untilAsserted(() -> assertThat(recorder.complete).isTrue());
      assertThat(recorder.numbers()).isEqualTo(numbers(1, 3_003));
      assertThat(recorder.events.get(3_002).state()).hasValue(JobState.SUCCEEDED);
      assertThat(recorder.events.get(2).payload()).isEqualTo(bytes("e0"));
    }
    await().untilAsserted(() -> assertThat(local.watchers() + remote.watchers()).isZero());
  }

  @Test
  void aWatchGoesOnAfterAnyEventAndOnlyAsFarAsRequested() {
    JobWatch watch = fixture.watch(store);
    fixture.start(
        store,
        context -> {
          for (int i = 0; i < 1_500; i++) {
            context.emit(bytes("e" + i));
          }
          return JobOutcome.succeeded(ByteString.EMPTY);
        });
    Job job = store.create(JobRequest.of(bytes("x")));
    JobFixture.await(store, job.id(), JobState.SUCCEEDED);
    for (long after : new long[] {0, 1, 700, 1_502, 1_503}) {
      Recorder recorder = unbounded();
      watch.watch(job.id(), after, recorder);
      await().untilAsserted(() -> assertThat(recorder.complete).isTrue());
      assertThat(recorder.numbers()).isEqualTo(numbers(after + 1, 1_503));
    }
    Recorder slow = new Recorder(3);
    watch.watch(job.id(), 5, slow);
    await().untilAsserted(() -> assertThat(slow.numbers()).isEqualTo(numbers(6, 8)));
    slow.subscription.request(600);
    await().untilAsserted(() -> assertThat(slow.numbers()).isEqualTo(numbers(6, 608)));
    assertThat(slow.complete).isFalse();
    slow.subscription.cancel();
    slow.subscription.request(10);
    await().untilAsserted(() -> assertThat(watch.watchers()).isZero());
    assertThat(slow.numbers()).hasSize(603);
    assertThat(slow.complete).isFalse();
  }

  @Test
  void aWatchOfADeletedJobEndsWithAnError() {
    JobWatch watch = fixture.watch(fixture.store());
    Job job = store.create(JobRequest.of(bytes("x")));
    Recorder held = new Recorder(1);
    watch.watch(job.id(), 0, held);
    await().untilAsserted(() -> assertThat(held.events).hasSize(1));
    store.cancel(job.id());
    store.delete(job.id(), "");
    await().untilAsserted(() -> assertThat(held.error).isNotNull());
    assertThat(((JobException) held.error).reason()).isEqualTo(Reason.NOT_FOUND);
  }

  @Test
  void impossibleWatchesAreRefused() throws Exception {
    JobWatch watch = new JobWatch(store, JobWatch.DEFAULT_POLL_INTERVAL, 1);
    Job job = store.create(JobRequest.of(bytes("x")));
    assertRefused(Reason.NOT_FOUND, () -> watch.watch("nobody", 0, unbounded()));
    assertRefused(Reason.INVALID_ARGUMENT, () -> watch.watch(job.id(), 2, unbounded()));
    assertRefused(Reason.INVALID_ARGUMENT, () -> watch.watch(job.id(), -1, unbounded()));
    Recorder first = unbounded();
    watch.watch(job.id(), 0, first);
    assertRefused(Reason.TOO_MANY_WATCHERS, () -> watch.watch(job.id(), 0, unbounded()));
    watch.close();
    assertThat(first.error).isInstanceOf(JobException.class);
  }

  @Test
  void aResumedJobIsFollowedAgain() {
    JobWatch watch = fixture.watch(store);
    CountDownLatch second = new CountDownLatch(1);
    fixture.start(
        store,
        context -> {
          if (context.job().attempt() == 1) {
            return JobOutcome.paused(bytes("wait"));
          }
          second.await();
          return JobOutcome.succeeded(ByteString.EMPTY);
        });
    Job job = store.create(JobRequest.of(bytes("x")));
    Recorder recorder = unbounded();
    watch.watch(job.id(), 0, recorder);
    await().untilAsserted(() -> assertThat(recorder.events).hasSize(3));
    assertThat(recorder.complete).isFalse();
    store.resume(job.id());
    second.countDown();
    await().untilAsserted(() -> assertThat(recorder.complete).isTrue());
    assertThat(IntStream.range(0, 6).mapToObj(i -> recorder.events.get(i).state().get()))
        .containsExactly(
            JobState.QUEUED,
            JobState.RUNNING,
            JobState.PAUSED,
            JobState.QUEUED,
            JobState.RUNNING,
            JobState.SUCCEEDED);
  }

  private static void assertRefused(
      Reason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(JobException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
