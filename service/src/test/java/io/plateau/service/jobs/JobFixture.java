package io.plateau.service.jobs;

import com.google.protobuf.ByteString;
import io.plateau.service.database.Database;
import io.plateau.service.database.DatabaseKind;
import io.plateau.service.database.DatabaseSettings;
import io.plateau.service.database.PostgresServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.awaitility.Awaitility;

/**
 * A database of one test with the stores and schedulers that it opened, closed in reverse order.
 */
final class JobFixture implements AutoCloseable {
  /** Fast enough for tests, with the same proportions as in production. */
  static final JobSchedulerSettings FAST =
      new JobSchedulerSettings(
          2,
          Duration.ofMillis(50),
          Duration.ofMillis(250),
          Duration.ofMillis(50),
          Duration.ofSeconds(10),
          20);

  final Database database;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  JobFixture(DatabaseKind kind, PostgresServer server, Path directory) {
    this(kind.createDatabase(server, directory));
  }

  JobFixture(DatabaseSettings settings) {
    database = Database.open(settings, List.of(JobStore.MIGRATIONS));
    opened.push(database);
  }

  /** A store with its own in-process signals: to any other, a store of another replica. */
  JobStore store() {
    return store(JobLimits.DEFAULT);
  }

  JobStore store(JobLimits limits) {
    return new JobStore(database, "training", limits);
  }

  JobScheduler start(JobStore store, JobHandler handler, JobListener... listeners) {
    return start(store, FAST, handler, listeners);
  }

  JobScheduler start(
      JobStore store, JobSchedulerSettings settings, JobHandler handler, JobListener... listeners) {
    JobScheduler scheduler =
        new JobScheduler(store, handler, settings, JobFixture::errorText, List.of(listeners));
    opened.push(scheduler);
    scheduler.start();
    return scheduler;
  }

  JobWatch watch(JobStore store) {
    JobWatch watch = new JobWatch(store, Duration.ofMillis(50), 1_000);
    opened.push(watch);
    return watch;
  }

  static ByteString errorText(Throwable failure) {
    return bytes(
        failure instanceof JobException job ? job.reason().name() : String.valueOf(failure));
  }

  static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  static Job await(JobStore store, String id, JobState state) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> store.get(id).state() == state);
    return store.get(id);
  }

  /** The payloads of the handler's events, in order. */
  static List<String> payloads(JobStore store, String id) {
    return allEvents(store, id).stream()
        .filter(event -> event.state().isEmpty())
        .map(event -> event.payload().toStringUtf8())
        .toList();
  }

  static List<JobState> states(JobStore store, String id) {
    return allEvents(store, id).stream().flatMap(event -> event.state().stream()).toList();
  }

  static List<JobEvent> allEvents(JobStore store, String id) {
    List<JobEvent> all = new java.util.ArrayList<>();
    for (List<JobEvent> page = store.eventsAfter(id, 0, 1000);
        !page.isEmpty();
        page = store.eventsAfter(id, all.get(all.size() - 1).number(), 1000)) {
      all.addAll(page);
    }
    return all;
  }

  @Override
  public void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }
}
