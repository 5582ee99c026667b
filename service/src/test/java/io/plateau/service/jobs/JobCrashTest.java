package io.plateau.service.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.service.database.DatabaseKind;
import io.plateau.service.database.DatabaseSettings;
import io.plateau.service.database.PostgresExtension;
import io.plateau.service.database.PostgresServer;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Processes killed by SIGKILL, and a database that is stopped, in the middle of jobs. */
@Tag("slow")
@ExtendWith(PostgresExtension.class)
@Timeout(300)
class JobCrashTest {
  private static final int COUNT = 1_500;
  private static final int KILLS = 6;
  private static final Duration HEARTBEAT = Duration.ofMillis(250);

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void aKilledProcessIsResumedByTheNextAndLosesOrRepeatsNoEvent(
      DatabaseKind kind, PostgresServer server) throws Exception {
    DatabaseSettings settings = kind.createDatabase(server, directory);
    Random random = new Random(7);
    for (int kill = 0; kill < KILLS; kill++) {
      Process worker = CountingWorker.start(settings, COUNT, HEARTBEAT, "worker " + kill);
      awaitLine(worker, "attempt");
      // Some at once: what the worker said must be in the database by then.
      Thread.sleep(Math.max(0, random.nextInt(400) - 100));
      worker.destroyForcibly();
      assertThat(worker.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    Process last = CountingWorker.start(settings, COUNT, HEARTBEAT, "last");
    try {
      assertThat(last.waitFor(120, TimeUnit.SECONDS)).isTrue();
      assertThat(last.exitValue()).isZero();
    } finally {
      last.destroyForcibly();
    }
    try (JobFixture fixture = new JobFixture(settings)) {
      Job job = assertCountedOnce(fixture.store());
      assertThat(job.result()).hasValue(JobFixture.bytes("last"));
      assertThat(job.attempt()).isGreaterThan(KILLS);
    }
  }

  @Test
  void aDeadReplicasJobMovesToTheOtherWithinAMinute(PostgresServer server) throws Exception {
    DatabaseSettings settings = server.createDatabase();
    Duration heartbeat = JobSchedulerSettings.DEFAULT.heartbeatInterval();
    Process first = CountingWorker.start(settings, COUNT, heartbeat, "first");
    awaitLine(first, "attempt 1");
    Process second = CountingWorker.start(settings, COUNT, heartbeat, "second");
    try {
      awaitLine(second, "started");
      first.destroyForcibly().waitFor();
      long killed = System.nanoTime();
      awaitLine(second, "attempt 2");
      Duration moved = Duration.ofNanos(System.nanoTime() - killed);
      assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(moved).isLessThan(Duration.ofMinutes(1));
    } finally {
      first.destroyForcibly();
      second.destroyForcibly();
    }
    try (JobFixture fixture = new JobFixture(settings)) {
      Job job = assertCountedOnce(fixture.store());
      assertThat(job.result()).hasValue(JobFixture.bytes("second"));
      assertThat(job.attempt()).isEqualTo(2);
    }
  }

  @Test
  void aJobWaitsForAStoppedPostgresAndGoesOnInTheSameAttempt() throws Exception {
    try (PostgresServer server = PostgresServer.start();
        JobFixture fixture = new JobFixture(server.createDatabase())) {
      JobStore store = fixture.store();
      AtomicInteger restarts = new AtomicInteger();
      JobScheduler scheduler =
          fixture.start(
              store,
              context -> {
                for (int i = 0; i < COUNT; i++) {
                  context.emit(JobFixture.bytes(Integer.toString(i)));
                  do {
                    Thread.sleep(2);
                  } while (i >= COUNT / 3 * (restarts.get() + 1));
                }
                return JobOutcome.succeeded(JobFixture.bytes("done"));
              });
      JobWatch watch = fixture.watch(fixture.store());
      List<Long> seen = new java.util.concurrent.CopyOnWriteArrayList<>();
      Job job = store.create(JobRequest.of(JobFixture.bytes("x")).withRequestId("count"));
      watch.watch(job.id(), 0, new NumberRecorder(seen));
      for (int stop = 0; stop < 2; stop++) {
        int reached = COUNT / 3 * stop + 100;
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> seen.size() > reached);
        server.stop();
        // Longer than a worker without heartbeat counts as alive.
        Thread.sleep(JobFixture.FAST.livenessLimit().multipliedBy(3).toMillis());
        assertThat(scheduler.running()).containsExactly(job.id());
        server.restart();
        restarts.incrementAndGet();
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptions()
          .until(() -> store.get(job.id()).state().isFinal());
      Job done = assertCountedOnce(store);
      assertThat(done.attempt()).isEqualTo(1);
      Awaitility.await().until(() -> seen.size() == COUNT + 3);
      assertThat(seen).isEqualTo(LongStream.rangeClosed(1, COUNT + 3).boxed().toList());
    }
  }

  private static Job assertCountedOnce(JobStore store) {
    Job job = store.findByRequestId(CountingWorker.REQUEST_ID).orElseThrow();
    assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
    List<JobEvent> events = JobFixture.allEvents(store, job.id());
    assertThat(events.stream().map(JobEvent::number))
        .isEqualTo(LongStream.rangeClosed(1, events.size()).boxed().toList());
    assertThat(JobFixture.payloads(store, job.id()))
        .isEqualTo(IntStream.range(0, COUNT).mapToObj(Integer::toString).toList());
    return job;
  }

  private static void awaitLine(Process process, String start) throws Exception {
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    while (line != null && !line.startsWith(start)) {
      line = lines.readLine();
    }
    assertThat(line).as("the process ended before it said '%s'", start).isNotNull();
  }

  private record NumberRecorder(List<Long> numbers)
      implements java.util.concurrent.Flow.Subscriber<JobEvent> {
    @Override
    public void onSubscribe(java.util.concurrent.Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(JobEvent event) {
      numbers.add(event.number());
    }

    @Override
    public void onError(Throwable failure) {
      throw new IllegalStateException(failure);
    }

    @Override
    public void onComplete() {}
  }
}
