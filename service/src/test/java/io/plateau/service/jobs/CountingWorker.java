package io.plateau.service.jobs;

import static io.plateau.service.jobs.JobFixture.bytes;

import com.google.protobuf.ByteString;
import io.plateau.service.database.Database;
import io.plateau.service.database.DatabaseSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A server in a process of its own that a test kills: it asks for one job, runs it, and ends when
 * the job has. The job counts: it emits 0, 1, 2, ..., each a few milliseconds after the other, and
 * goes on after the last number that it finds in its history.
 */
final class CountingWorker {
  static final String REQUEST_ID = "count";

  private CountingWorker() {}

  /** Starts one; it prints a line when it has started and one for each attempt. */
  static Process start(DatabaseSettings settings, int count, Duration heartbeat, String name)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                CountingWorker.class.getName(),
                settings.url(),
                settings.user(),
                Integer.toString(count),
                Long.toString(heartbeat.toMillis()),
                name));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  public static void main(String[] arguments) throws Exception {
    DatabaseSettings settings = DatabaseSettings.at(arguments[0]).withCredentials(arguments[1], "");
    int count = Integer.parseInt(arguments[2]);
    Duration heartbeat = Duration.ofMillis(Long.parseLong(arguments[3]));
    String name = arguments[4];
    try (Database database = Database.open(settings, List.of(JobStore.MIGRATIONS))) {
      JobStore store = new JobStore(database, "training", JobLimits.DEFAULT);
      JobHandler handler =
          context -> {
            System.out.println("attempt " + context.job().attempt());
            for (int i = next(store, context.job().id()); i < count; i++) {
              context.emit(bytes(Integer.toString(i)));
              context.progress(i / (double) count, bytes(name));
              Thread.sleep(2);
              if (context.shouldStop()) {
                return JobOutcome.stopped();
              }
            }
            return JobOutcome.succeeded(bytes(name));
          };
      JobSchedulerSettings scheduling =
          JobFixture.FAST.withWorkers(1).withHeartbeatInterval(heartbeat);
      try (JobScheduler scheduler =
          new JobScheduler(store, handler, scheduling, JobFixture::errorText, List.of())) {
        scheduler.start();
        Job job = store.create(JobRequest.of(ByteString.EMPTY).withRequestId(REQUEST_ID));
        System.out.println("started " + name);
        while (!store.get(job.id()).state().isFinal()) {
          Thread.sleep(20);
        }
      }
    }
  }

  private static int next(JobStore store, String id) {
    List<String> payloads = JobFixture.payloads(store, id);
    return payloads.isEmpty() ? 0 : Integer.parseInt(payloads.get(payloads.size() - 1)) + 1;
  }
}
