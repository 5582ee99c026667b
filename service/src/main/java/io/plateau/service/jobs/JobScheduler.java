package io.plateau.service.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.exceptions.ExecutionException;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.Execution;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.google.protobuf.ByteString;
import io.plateau.service.database.Database;
import io.plateau.service.database.DatabaseException;
import io.plateau.service.jobs.JobTable.Directive;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs of a store, on as many workers as the settings say, beside other replicas that do
 * the same.
 *
 * <p>db-scheduler hands out the jobs, highest priority first, and keeps a heartbeat for each one
 * that runs. A job whose worker's heart stopped is run again by whoever finds it; in an embedded
 * database, where no other process can be alive, that is at the start. A worker that was only cut
 * off from the database is given time to show up again when the database is back.
 */
public final class JobScheduler implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobScheduler.class);
  private static final Duration RETRY_PAUSE = Duration.ofSeconds(2);
  private static final Duration CUT_OFF_WAIT = Duration.ofSeconds(1);
  private static final Duration CLOCK_PAUSE = Duration.ofMinutes(1);

  private final JobStore store;
  private final JobHandler handler;
  private final JobSchedulerSettings settings;
  private final Function<Throwable, ByteString> errors;
  private final Listeners listeners;
  private final Database database;
  private final Scheduler scheduler;
  private final ScheduledExecutorService control;
  private final Map<String, RunningJob> running = new ConcurrentHashMap<>();
  private final AtomicInteger threadNumber = new AtomicInteger();

  private volatile Runnable unsubscribe = () -> {};
  private volatile boolean closing;
  private volatile boolean abandoned;

  /** Since when the database has answered without a break, by System.nanoTime. */
  private volatile long reachableSince;

  private long clockSynchronized;

  /**
   * @param store whose jobs to run
   * @param handler what to do with them
   * @param settings how
   * @param errors turns what a handler throws into a job's error
   * @param listeners told of what happens
   */
  public JobScheduler(
      JobStore store,
      JobHandler handler,
      JobSchedulerSettings settings,
      Function<Throwable, ByteString> errors,
      List<JobListener> listeners) {
    this.store = store;
    this.handler = handler;
    this.settings = settings;
    this.errors = errors;
    this.listeners = new Listeners(listeners);
    this.database = store.database();
    this.control =
        Executors.newSingleThreadScheduledExecutor(
            work -> daemon(work, "jobs-control-" + store.kind()));
    this.scheduler = scheduler();
  }

  private Scheduler scheduler() {
    var task =
        Tasks.custom(store.tasks().taskName(), Void.class)
            .onFailure(new FailureHandler.OnFailureRetryLater<>(RETRY_PAUSE))
            .onDeadExecution(this::dead)
            .execute(
                (instance, context) -> {
                  Execution execution = context.getExecution();
                  return run(instance.getId(), execution.version);
                });
    return Scheduler.create(database.dataSource(), List.of(task))
        .schedulerName(new SchedulerName.Fixed(database.session() + "-" + store.kind()))
        .jdbcCustomization(new SchedulerSql())
        .clock(database.clock()::instant)
        .threads(settings.workers())
        .executorService(
            Executors.newFixedThreadPool(
                settings.workers(),
                work -> daemon(work, "job-" + store.kind() + "-" + threadNumber.incrementAndGet())))
        .pollUsingLockAndFetch(0.99, 1.0)
        .enablePriority()
        .pollingInterval(settings.pollInterval())
        .heartbeatInterval(settings.heartbeatInterval())
        .missedHeartbeatsLimit(JobSchedulerSettings.MISSED_HEARTBEATS)
        .shutdownMaxWait(CUT_OFF_WAIT)
        // Tasks of the other kinds in this database belong to another server.
        .deleteUnresolvedAfter(Duration.ofDays(36_500))
        .build();
  }

  /** Starts to run jobs; once. */
  public void start() {
    if (database.isEmbedded()) {
      int released =
          database.inTransaction(
              handle ->
                  store.tasks().release(handle, database.session(), database.clock().instant()));
      if (released > 0) {
        LOG.info("Resuming {} jobs of kind {} of an earlier process", released, store.kind());
      }
    }
    reachableSince = System.nanoTime();
    clockSynchronized = System.nanoTime();
    unsubscribe = store.onRequest(this::requested);
    var unused =
        control.scheduleWithFixedDelay(
            this::control,
            settings.controlInterval().toMillis(),
            settings.controlInterval().toMillis(),
            TimeUnit.MILLISECONDS);
    scheduler.start();
  }

  /** Ids of the jobs that this process runs now. */
  public List<String> running() {
    return List.copyOf(running.keySet());
  }

  /**
   * Tells handlers to stop, waits until they have saved, and puts their jobs back into the queue. A
   * handler that takes longer than the grace is cut off; its job is run again from what it saved
   * before.
   */
  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    unsubscribe.run();
    scheduler.pause();
    running.values().forEach(RunningJob::requestStop);
    boolean saved = awaitHandlers();
    if (!saved) {
      LOG.warn("Jobs {} did not stop in time; they go on from what they saved", running.keySet());
    }
    abandoned = true;
    running.values().forEach(RunningJob::lose);
    scheduler.stop();
    control.shutdownNow();
  }

  private boolean awaitHandlers() {
    long deadline = System.nanoTime() + settings.stopGrace().toNanos();
    try {
      while (!running.isEmpty() && System.nanoTime() < deadline) {
        Thread.sleep(10);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return running.isEmpty();
  }

  /** A request that this process took: look for work, and pass it on without waiting. */
  private void requested(String id) {
    if (running.containsKey(id)) {
      try {
        control.execute(this::control);
      } catch (RejectedExecutionException e) {
        LOG.debug("Closed while a request on a running job came in", e);
      }
    } else {
      scheduler.triggerCheckForDueExecutions();
    }
  }

  private record Standing(int attempt, JobState state, Optional<Directive> directive) {}

  /** Finds out, in one query, what others asked of the jobs that run here. */
  private void control() {
    try {
      List<String> ids = List.copyOf(running.keySet());
      Map<String, Standing> standings = standings(ids);
      for (String id : ids) {
        RunningJob job = running.get(id);
        if (job != null) {
          apply(job, standings.get(id));
        }
      }
      if (System.nanoTime() - clockSynchronized > CLOCK_PAUSE.toNanos()) {
        database.synchronizeClock();
        clockSynchronized = System.nanoTime();
      }
    } catch (DatabaseException e) {
      reachableSince = System.nanoTime();
      LOG.debug("Requests on running jobs can't be read", e);
    } catch (RuntimeException e) {
      LOG.error("Requests on running jobs can't be read", e);
    }
  }

  private Map<String, Standing> standings(List<String> ids) {
    Map<String, Standing> standings = new HashMap<>();
    if (ids.isEmpty()) {
      database.read(handle -> handle.createQuery("SELECT 1").mapTo(Integer.class).one());
      return standings;
    }
    SqlList list = SqlList.of("id", ids);
    database.read(
        handle ->
            list.bind(
                    handle.createQuery(
                        "SELECT id, attempt, state, directive FROM jobs WHERE id IN "
                            + list.placeholders()))
                .map(
                    (row, context) ->
                        standings.put(
                            row.getString(1),
                            new Standing(
                                row.getInt(2),
                                JobState.valueOf(row.getString(3)),
                                Optional.ofNullable(row.getString(4)).map(Directive::valueOf))))
                .list());
    return standings;
  }

  private static void apply(RunningJob job, Standing standing) {
    int attempt = job.job().attempt();
    if (standing == null || standing.attempt() > attempt) {
      job.lose();
      return;
    }
    if (standing.attempt() == attempt && standing.directive().isPresent()) {
      switch (standing.directive().get()) {
        case CANCEL -> job.cancel();
        case PAUSE -> job.requestStop();
      }
    }
  }

  private CompletionHandler<Void> run(String id, long taskVersion) {
    if (closing) {
      return reschedule(Duration.ZERO);
    }
    Optional<JobLease.Claim> claim =
        JobLease.claim(
            store,
            id,
            taskVersion,
            settings.fruitlessAttempts(),
            () -> errors.apply(exhausted(id)),
            () -> abandoned);
    if (claim.isEmpty()) {
      return JobScheduler::remove;
    }
    Job job = claim.get().job();
    if (claim.get().lease().isEmpty()) {
      listeners.tell(listener -> listener.ended(job, Duration.ZERO));
      return JobScheduler::remove;
    }
    Duration waited = Duration.between(job.queueTime(), database.clock().instant());
    listeners.tell(listener -> listener.started(job, waited));
    return run(claim.get().lease().get());
  }

  private CompletionHandler<Void> run(JobLease lease) {
    long start = System.nanoTime();
    RunningJob attempt = new RunningJob(lease, store.limits(), listeners);
    RunningJob before = running.put(lease.job().id(), attempt);
    if (before != null) {
      before.lose();
    }
    if (closing) {
      attempt.requestStop();
    }
    try {
      Job ended = lease.end(ending(attempt));
      Duration ran = Duration.ofNanos(System.nanoTime() - start);
      listeners.tell(listener -> listener.ended(ended, ran));
      if (ended.state() != JobState.QUEUED) {
        return JobScheduler::remove;
      }
      return reschedule(closing ? Duration.ZERO : RETRY_PAUSE);
    } catch (JobException e) {
      if (e.reason() != JobException.Reason.LEASE_LOST) {
        throw e;
      }
      return leaseLost(lease);
    } catch (DatabaseException e) {
      if (!abandoned) {
        throw e;
      }
      return leaseLost(lease);
    } finally {
      attempt.close();
      running.remove(lease.job().id(), attempt);
    }
  }

  private CompletionHandler<Void> leaseLost(JobLease lease) {
    LOG.warn("Attempt {} of job {} was lost", lease.job().attempt(), lease.job().id());
    listeners.tell(listener -> listener.leaseLost(lease.job()));
    return (complete, operations) -> {};
  }

  /** Runs the handler and makes of its answer, or of what it throws, what is to be written. */
  private JobLease.Ending ending(RunningJob attempt) {
    try {
      JobOutcome outcome = handler.run(attempt);
      attempt.flush();
      if (outcome.state().isPresent()) {
        checkSizes(outcome);
        return new JobLease.Ending(outcome.state().get(), outcome.result(), outcome.error(), true);
      }
      if (!attempt.shouldStop()) {
        throw new IllegalStateException("the handler stopped though nothing asked it to");
      }
      JobState state = attempt.isCancelled() ? JobState.CANCELLED : JobState.QUEUED;
      return new JobLease.Ending(state, Optional.empty(), Optional.empty(), true);
    } catch (Exception | Error e) {
      return afterFailure(attempt, e);
    }
  }

  private JobLease.Ending afterFailure(RunningJob attempt, Throwable failure) {
    Job job = attempt.job();
    if (attempt.isLost()) {
      throw attempt.lease().lost();
    }
    keepEvents(attempt);
    if (attempt.isCancelled()) {
      LOG.info("Job {} was cancelled; its handler ended by {}", job.id(), failure.toString());
      return new JobLease.Ending(JobState.CANCELLED, Optional.empty(), Optional.empty(), true);
    }
    boolean databaseAway =
        failure instanceof DatabaseException away
            && away.reason() == DatabaseException.Reason.UNAVAILABLE;
    if (attempt.stopRequested() || databaseAway) {
      LOG.info("Job {} will be run again; its handler ended by {}", job.id(), failure.toString());
      return new JobLease.Ending(JobState.QUEUED, Optional.empty(), Optional.empty(), false);
    }
    LOG.warn("Job {} failed", job.id(), failure);
    return new JobLease.Ending(
        JobState.FAILED, Optional.empty(), Optional.of(fitting(errors.apply(failure))), true);
  }

  /** What was emitted before a failure belongs to the history; a second failure adds nothing. */
  private static void keepEvents(RunningJob attempt) {
    try {
      attempt.flush();
    } catch (InterruptedException | JobException | DatabaseException e) {
      LOG.debug("The last events of job {} were not written", attempt.job().id(), e);
    }
  }

  private void checkSizes(JobOutcome outcome) {
    int largest = store.limits().resultBytes();
    int result = outcome.result().map(ByteString::size).orElse(0);
    int error = outcome.error().map(ByteString::size).orElse(0);
    if (result > largest || error > largest) {
      throw JobException.invalid(
          "result", "has " + Math.max(result, error) + " bytes, at most " + largest);
    }
  }

  /** An error that is too large to keep is dropped, not cut: half a message can't be parsed. */
  private ByteString fitting(ByteString error) {
    return error.size() <= store.limits().resultBytes() ? error : ByteString.EMPTY;
  }

  private JobException exhausted(String id) {
    return JobException.of(
        JobException.Reason.ATTEMPTS_EXHAUSTED,
        store.kind()
            + " '"
            + id
            + "' ended without progress in "
            + settings.fruitlessAttempts()
            + " attempts, as when it brings its process down",
        Map.of("id", id, "attempts", Integer.toString(settings.fruitlessAttempts())));
  }

  /** A task whose heartbeat stopped. */
  private void dead(ExecutionComplete complete, ExecutionOperations<Void> operations) {
    String id = complete.getExecution().taskInstance.getId();
    if (running.containsKey(id)) {
      // It lives, here: only its heartbeat could not be written while the database was away.
      return;
    }
    if (System.nanoTime() - reachableSince < settings.livenessLimit().toNanos()) {
      return;
    }
    LOG.info("Job {} is run again: its worker shows no life", id);
    operations.reschedule(complete, database.clock().instant());
    listeners.tell(listener -> listener.revived(id));
  }

  private CompletionHandler<Void> reschedule(Duration pause) {
    return (complete, operations) -> {
      try {
        operations.reschedule(complete, database.clock().instant().plus(pause));
      } catch (ExecutionException e) {
        LOG.debug("A task was given to another worker before it was put back", e);
      }
    };
  }

  private static void remove(ExecutionComplete complete, ExecutionOperations<Void> operations) {
    try {
      operations.remove();
    } catch (ExecutionException e) {
      LOG.debug("A task was given to another worker before it was removed", e);
    }
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
