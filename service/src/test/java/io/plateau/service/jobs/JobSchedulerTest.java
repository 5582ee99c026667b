package io.plateau.service.jobs;

import static io.plateau.service.jobs.JobFixture.FAST;
import static io.plateau.service.jobs.JobFixture.await;
import static io.plateau.service.jobs.JobFixture.bytes;
import static io.plateau.service.jobs.JobFixture.payloads;
import static io.plateau.service.jobs.JobFixture.states;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.plateau.service.database.DatabaseKind;
import io.plateau.service.database.PostgresExtension;
import io.plateau.service.database.PostgresServer;
import io.plateau.service.jobs.JobException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
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
class JobSchedulerTest {
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

  @Test
  void aJobRunsAndLeavesItsEventsProgressAndResult() throws Exception {
    CompletableFuture<Job> started = new CompletableFuture<>();
    CompletableFuture<Job> ended = new CompletableFuture<>();
    fixture.start(
        store,
        context -> {
          context.emit(bytes("one"));
          context.progress(0.5, bytes("half"));
          context.flush();
          assertThat(store.get(context.job().id()).progress()).isEqualTo(0.5);
          assertThat(payloads(store, context.job().id())).containsExactly("one");
          context.emit(bytes("two"));
          context.progress(1, bytes("all"));
          return JobOutcome.succeeded(bytes("result of " + context.job().spec().toStringUtf8()));
        },
        new JobListener() {
          @Override
          public void started(Job job, Duration waited) {
            assertThat(waited).isGreaterThanOrEqualTo(Duration.ZERO);
            started.complete(job);
          }

          @Override
          public void ended(Job job, Duration ran) {
            ended.complete(job);
          }
        });
    Job job = store.create(JobRequest.of(bytes("spec")));
    Job done = await(store, job.id(), JobState.SUCCEEDED);
    assertThat(done.result()).hasValue(bytes("result of spec"));
    assertThat(done.error()).isEmpty();
    assertThat(done.progress()).isEqualTo(1);
    assertThat(done.progressDetail()).isEqualTo(bytes("all"));
    assertThat(done.attempt()).isEqualTo(1);
    assertThat(done.startTime().orElseThrow()).isBetween(done.createTime(), done.endTime().get());
    assertThat(payloads(store, job.id())).containsExactly("one", "two");
    assertThat(states(store, job.id()))
        .containsExactly(JobState.QUEUED, JobState.RUNNING, JobState.SUCCEEDED);
    assertThat(started.get(5, TimeUnit.SECONDS).state()).isEqualTo(JobState.RUNNING);
    assertThat(ended.get(5, TimeUnit.SECONDS)).isEqualTo(done);
    org.awaitility.Awaitility.await().until(() -> tasks() == 0);
  }

  @Test
  void outcomesAreKeptAsTheHandlerGivesThem() {
    fixture.start(
        store,
        context ->
            switch (context.job().spec().toStringUtf8()) {
              case "failed" -> JobOutcome.failed(bytes("why"));
              case "unlearned" -> JobOutcome.failedToLearn(bytes("pair"), bytes("error 0.9"));
              case "paused" -> JobOutcome.paused(bytes("disk full"));
              default -> throw new IllegalStateException("broken");
            });
    Job failed = store.create(JobRequest.of(bytes("failed")));
    Job unlearned = store.create(JobRequest.of(bytes("unlearned")));
    Job paused = store.create(JobRequest.of(bytes("paused")));
    Job broken = store.create(JobRequest.of(bytes("other")));
    assertThat(await(store, failed.id(), JobState.FAILED).error()).hasValue(bytes("why"));
    Job noLearner = await(store, unlearned.id(), JobState.FAILED_TO_LEARN);
    assertThat(noLearner.result()).hasValue(bytes("pair"));
    assertThat(noLearner.error()).hasValue(bytes("error 0.9"));
    Job waiting = await(store, paused.id(), JobState.PAUSED);
    assertThat(waiting.error()).hasValue(bytes("disk full"));
    assertThat(waiting.endTime()).isEmpty();
    assertThat(await(store, broken.id(), JobState.FAILED).error())
        .hasValue(bytes("java.lang.IllegalStateException: broken"));
  }

  @Test
  void eventsBeforeAFailureAreKept() {
    fixture.start(
        store,
        context -> {
          for (int i = 0; i < 100; i++) {
            context.emit(bytes("e" + i));
          }
          throw new java.io.IOException("lost");
        });
    Job job = store.create(JobRequest.of(bytes("x")));
    await(store, job.id(), JobState.FAILED);
    assertThat(payloads(store, job.id())).hasSize(100);
  }

  @Test
  void fastEventsAreWrittenInOrderAndInBatches() {
    AtomicInteger transactions = new AtomicInteger();
    fixture.start(
        store,
        context -> {
          for (int i = 0; i < 20_000; i++) {
            context.emit(bytes("e" + i));
          }
          return JobOutcome.succeeded(ByteString.EMPTY);
        },
        new JobListener() {
          @Override
          public void eventsWritten(int events, Duration took) {
            transactions.incrementAndGet();
          }
        });
    Job job = store.create(JobRequest.of(bytes("x")));
    assertThat(await(store, job.id(), JobState.SUCCEEDED).lastEvent()).isEqualTo(20_003);
    assertThat(payloads(store, job.id()))
        .isEqualTo(IntStream.range(0, 20_000).mapToObj(i -> "e" + i).toList());
    assertThat(transactions.get()).isLessThan(1_000);
  }

  @Test
  void threadsOfOneHandlerEmitConcurrently() {
    fixture.start(
        store,
        context -> {
          IntStream.range(0, 4)
              .parallel()
              .forEach(
                  writer -> {
                    try {
                      for (int i = 0; i < 500; i++) {
                        context.emit(bytes(writer + ":" + i));
                      }
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
          return JobOutcome.succeeded(ByteString.EMPTY);
        });
    Job job = store.create(JobRequest.of(bytes("x")));
    await(store, job.id(), JobState.SUCCEEDED);
    List<JobEvent> events = JobFixture.allEvents(store, job.id());
    assertThat(events)
        .extracting(JobEvent::number)
        .containsExactlyElementsOf(
            java.util.stream.LongStream.rangeClosed(1, 2_003).boxed().toList());
    assertThat(payloads(store, job.id())).doesNotHaveDuplicates().hasSize(2_000);
    for (int writer = 0; writer < 4; writer++) {
      String prefix = writer + ":";
      assertThat(payloads(store, job.id()).stream().filter(p -> p.startsWith(prefix)))
          .isEqualTo(IntStream.range(0, 500).mapToObj(i -> prefix + i).toList());
    }
  }

  @Test
  void tooManyOrTooLargeEventsFailTheJobWithAReason() {
    JobStore bounded = fixture.store(JobLimits.DEFAULT.withEventsPerJob(10));
    fixture.start(
        bounded,
        context -> {
          int size = Integer.parseInt(context.job().spec().toStringUtf8());
          for (int i = 0; i < 20; i++) {
            context.emit(ByteString.copyFrom(new byte[size]));
          }
          return JobOutcome.succeeded(ByteString.EMPTY);
        });
    Job many = store.create(JobRequest.of(bytes("1")));
    Job large = store.create(JobRequest.of(bytes("300000")));
    assertThat(await(store, many.id(), JobState.FAILED).error())
        .hasValue(bytes(Reason.TOO_MANY_EVENTS.name()));
    assertThat(await(store, large.id(), JobState.FAILED).error())
        .hasValue(bytes(Reason.INVALID_ARGUMENT.name()));
    assertThat(store.get(many.id()).lastEvent()).isLessThanOrEqualTo(12);
  }

  @Test
  void urgentJobsRunFirst() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    BlockingQueue<String> order = new LinkedBlockingQueue<>();
    fixture.start(
        store,
        FAST.withWorkers(1),
        context -> {
          go.await();
          order.add(context.job().spec().toStringUtf8());
          return JobOutcome.succeeded(ByteString.EMPTY);
        });
    Job first = store.create(JobRequest.of(bytes("first")));
    await(store, first.id(), JobState.RUNNING);
    store.create(JobRequest.of(bytes("low")).withPriority(-1));
    store.create(JobRequest.of(bytes("normal 1")));
    store.create(JobRequest.of(bytes("normal 2")));
    store.create(JobRequest.of(bytes("high")).withPriority(5));
    go.countDown();
    assertThat(IntStream.range(0, 5).mapToObj(i -> take(order)).toList())
        .containsExactly("first", "high", "normal 1", "normal 2", "low");
  }

  @Test
  void noMoreJobsRunThanThereAreWorkers() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    fixture.start(
        store,
        context -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          Thread.sleep(20);
          running.decrementAndGet();
          return JobOutcome.succeeded(ByteString.EMPTY);
        });
    List<Job> jobs =
        IntStream.range(0, 12).mapToObj(i -> store.create(JobRequest.of(bytes("" + i)))).toList();
    jobs.forEach(job -> await(store, job.id(), JobState.SUCCEEDED));
    assertThat(most.get()).isEqualTo(2);
  }

  @Test
  void aRunningJobIsCancelledFromThisAndFromAnotherReplica() {
    fixture.start(store, JobSchedulerTest::untilToldToStop);
    for (JobStore from : List.of(store, fixture.store())) {
      Job job = store.create(JobRequest.of(bytes("x")));
      await(store, job.id(), JobState.RUNNING);
      assertThat(from.cancel(job.id()).cancelRequested()).isTrue();
      Job ended = await(store, job.id(), JobState.CANCELLED);
      assertThat(ended.cancelRequested()).isFalse();
      assertThat(ended.endTime()).isPresent();
      assertThat(states(store, job.id()))
          .containsExactly(JobState.QUEUED, JobState.RUNNING, JobState.CANCELLED);
    }
  }

  @Test
  void aRunningJobIsPausedAndResumedFromWhatItSaved() {
    fixture.start(store, JobSchedulerTest::untilToldToStop);
    Job job = store.create(JobRequest.of(bytes("x")));
    await(store, job.id(), JobState.RUNNING);
    fixture.store().pause(job.id());
    await(store, job.id(), JobState.PAUSED);
    assertThat(store.resume(job.id()).state()).isEqualTo(JobState.QUEUED);
    await(store, job.id(), JobState.RUNNING);
    assertThat(store.get(job.id()).attempt()).isEqualTo(2);
    store.cancel(job.id());
    await(store, job.id(), JobState.CANCELLED);
    assertThat(payloads(store, job.id())).containsExactly("saved 1", "saved 2");
  }

  @Test
  void closingLetsHandlersSaveAndTheNextSchedulerGoesOn() {
    JobScheduler first = fixture.start(store, JobSchedulerTest::untilToldToStop);
    Job job = store.create(JobRequest.of(bytes("x")));
    await(store, job.id(), JobState.RUNNING);
    first.close();
    assertThat(store.get(job.id()).state()).isEqualTo(JobState.QUEUED);
    assertThat(payloads(store, job.id())).containsExactly("saved 1");
    fixture.start(
        fixture.store(),
        context -> {
          assertThat(payloads(store, context.job().id())).containsExactly("saved 1");
          return JobOutcome.succeeded(bytes("resumed"));
        });
    assertThat(await(store, job.id(), JobState.SUCCEEDED).attempt()).isEqualTo(2);
    assertThat(states(store, job.id()))
        .containsExactly(
            JobState.QUEUED,
            JobState.RUNNING,
            JobState.QUEUED,
            JobState.RUNNING,
            JobState.SUCCEEDED);
  }

  @Test
  void aHandlerThatWontStopIsCutOffAndCanWriteNoMore() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    CompletableFuture<Throwable> late = new CompletableFuture<>();
    JobScheduler first =
        fixture.start(
            store,
            FAST.withStopGrace(Duration.ofMillis(100)),
            context -> {
              context.emit(bytes("early"));
              context.flush();
              boolean waiting = true;
              while (waiting) {
                try {
                  waiting = !closed.await(1, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  waiting = true;
                }
              }
              try {
                context.emit(bytes("late"));
                context.flush();
                late.complete(null);
              } catch (JobException e) {
                late.complete(e);
                throw e;
              }
              return JobOutcome.succeeded(ByteString.EMPTY);
            });
    Job job = store.create(JobRequest.of(bytes("x")));
    org.awaitility.Awaitility.await().until(() -> payloads(store, job.id()).size() == 1);
    first.close();
    closed.countDown();
    assertThat(late.get(10, TimeUnit.SECONDS))
        .isInstanceOfSatisfying(
            JobException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LEASE_LOST));
    assertThat(store.get(job.id()).state()).isEqualTo(JobState.RUNNING);
    fixture.start(fixture.store(), context -> JobOutcome.succeeded(bytes("second")));
    Job done = await(store, job.id(), JobState.SUCCEEDED);
    assertThat(done.result()).hasValue(bytes("second"));
    assertThat(payloads(store, job.id())).containsExactly("early");
  }

  @Test
  void aWorkerWhoseJobMovedWritesNothingMore() throws Exception {
    CountDownLatch moved = new CountDownLatch(1);
    CompletableFuture<Job> lost = new CompletableFuture<>();
    fixture.start(
        store,
        FAST.withWorkers(1),
        context -> {
          if (context.job().attempt() > 1) {
            throw new AssertionError("the first worker must not get the job back");
          }
          context.emit(bytes("first"));
          context.flush();
          moved.await();
          assertThatThrownBy(
                  () -> {
                    context.emit(bytes("stale"));
                    context.flush();
                  })
              .isInstanceOf(JobException.class);
          assertThat(context.stopRequested()).isTrue();
          return JobOutcome.succeeded(bytes("stale result"));
        },
        new JobListener() {
          @Override
          public void leaseLost(Job job) {
            lost.complete(job);
          }
        });
    Job job = store.create(JobRequest.of(bytes("x")));
    org.awaitility.Awaitility.await().until(() -> payloads(store, job.id()).size() == 1);
    JobStore second = fixture.store();
    // What a replica does that takes the first worker for dead.
    fixture.database.inTransaction(
        handle -> {
          second.tasks().enqueue(handle, job.id(), 0, fixture.database.clock().instant());
          return 0;
        });
    fixture.start(
        second,
        context -> {
          context.emit(bytes("second"));
          context.flush();
          moved.countDown();
          lost.get(30, TimeUnit.SECONDS);
          return JobOutcome.succeeded(bytes("second result"));
        });
    Job done = await(store, job.id(), JobState.SUCCEEDED);
    assertThat(done.attempt()).isEqualTo(2);
    assertThat(done.result()).hasValue(bytes("second result"));
    assertThat(payloads(store, job.id())).containsExactly("first", "second");
    assertThat(lost.get().id()).isEqualTo(job.id());
  }

  @Test
  void aJobThatBringsItsProcessDownEachTimeEndsAsFailed() {
    Job job = store.create(JobRequest.of(bytes("x")));
    fixture.database.inTransaction(
        handle -> handle.execute("UPDATE jobs SET state = 'RUNNING', fruitless_attempts = 20"));
    fixture.start(
        store,
        context -> {
          throw new AssertionError("must not run again");
        });
    assertThat(await(store, job.id(), JobState.FAILED).error())
        .hasValue(bytes(Reason.ATTEMPTS_EXHAUSTED.name()));
  }

  private static JobOutcome untilToldToStop(JobContext context) throws Exception {
    while (!context.shouldStop()) {
      Thread.sleep(5);
    }
    context.emit(bytes("saved " + context.job().attempt()));
    return JobOutcome.stopped();
  }

  private static String take(BlockingQueue<String> queue) {
    try {
      return queue.poll(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private long tasks() {
    return fixture.database.read(
        handle ->
            handle.createQuery("SELECT COUNT(*) FROM scheduled_tasks").mapTo(Long.class).one());
  }
}
