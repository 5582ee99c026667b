package io.plateau.service.jobs;

import io.plateau.service.database.DatabaseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the events of jobs, whichever replica runs them.
 *
 * <p>Watchers of one job share one feed of its newest events; jobs that this process runs wake
 * their feed at once, and one query for all watched jobs finds what other replicas wrote. A watcher
 * reads the database for itself only while it is behind the feed, and only a few do so at a time.
 */
public final class JobWatch implements AutoCloseable {
  /** How often to look for what other replicas wrote, where nothing else is said. */
  public static final Duration DEFAULT_POLL_INTERVAL = Duration.ofMillis(500);

  /** Watchers of one process, where nothing else is said. */
  public static final int DEFAULT_WATCHERS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(JobWatch.class);
  private static final int HEADS_PAGE = 500;
  private static final int READERS = 2;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final JobStore store;
  private final int largestWatchers;
  private final Map<String, JobFeed> feeds = new ConcurrentHashMap<>();
  private final AtomicInteger watchers = new AtomicInteger();
  private final ExecutorService readers;
  private final ScheduledExecutorService poller;
  private final Runnable unsubscribe;

  /** Watches a store's jobs with the default interval and number of watchers. */
  public JobWatch(JobStore store) {
    this(store, DEFAULT_POLL_INTERVAL, DEFAULT_WATCHERS);
  }

  /**
   * @param store whose jobs to watch
   * @param pollInterval how often to look for what other replicas wrote
   * @param largestWatchers of this process at a time
   */
  public JobWatch(JobStore store, Duration pollInterval, int largestWatchers) {
    this.store = store;
    this.largestWatchers = largestWatchers;
    AtomicInteger number = new AtomicInteger();
    this.readers =
        Executors.newFixedThreadPool(
            READERS,
            work -> daemon(work, "job-watch-" + store.kind() + "-" + number.incrementAndGet()));
    this.poller =
        Executors.newSingleThreadScheduledExecutor(
            work -> daemon(work, "job-watch-poll-" + store.kind()));
    this.unsubscribe = store.onChange(this::changed);
    var unused =
        poller.scheduleWithFixedDelay(
            this::poll, pollInterval.toMillis(), pollInterval.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Sends a job's events to a subscriber: those after a number, then each new one, in order and
   * without gaps, never more than it requested. {@code onComplete} follows the event of a final
   * state; {@code onError} comes with a {@link JobException} when the job is deleted, or when this
   * is closed (LEASE_LOST is never used here: STATE_CONFLICT). While the database is away, it
   * waits.
   *
   * <p>The subscriber is called on a thread that all watchers share and must not block; it may
   * request and cancel on any thread.
   *
   * @param after number of the last event already known, 0 for all
   * @throws JobException NOT_FOUND, INVALID_ARGUMENT (an event that is not there yet),
   *     TOO_MANY_WATCHERS
   */
  public void watch(String jobId, long after, Flow.Subscriber<? super JobEvent> subscriber) {
    Job job = store.get(jobId);
    if (after < 0 || after > job.lastEvent()) {
      throw JobException.invalid(
          "after_event",
          "is " + after + ", must be 0 to " + job.lastEvent() + ", the newest event");
    }
    if (watchers.incrementAndGet() > largestWatchers) {
      watchers.decrementAndGet();
      throw JobException.full(
          JobException.Reason.TOO_MANY_WATCHERS,
          "more than " + largestWatchers + " watchers: try again later",
          RETRY_AFTER,
          Map.of("limit", Integer.toString(largestWatchers)));
    }
    JobWatcher watcher = new JobWatcher(after, subscriber, this::schedule, this::ended);
    feeds.compute(
        jobId,
        (id, existing) -> {
          JobFeed feed = existing == null ? new JobFeed(store, job) : existing;
          feed.observe(job);
          feed.add(watcher);
          watcher.follow(feed);
          return feed;
        });
    watcher.start();
    changed(jobId);
  }

  /** How many watchers there are now. */
  public int watchers() {
    return watchers.get();
  }

  /** Ends every watch with an error and stops. */
  @Override
  public void close() {
    unsubscribe.run();
    poller.shutdownNow();
    for (JobFeed feed : feeds.values()) {
      feed.fail(
          JobException.of(
              JobException.Reason.STATE_CONFLICT,
              "the server is shutting down: watch again from the last event received",
              Map.of()));
    }
    readers.shutdown();
    try {
      if (!readers.awaitTermination(5, TimeUnit.SECONDS)) {
        readers.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ended(JobWatcher watcher) {
    watchers.decrementAndGet();
    feeds.computeIfPresent(
        watcher.jobId(), (id, feed) -> feed.removeLeavesNone(watcher) ? null : feed);
  }

  private void schedule(Runnable work) {
    try {
      readers.execute(work);
    } catch (RejectedExecutionException e) {
      LOG.debug("Closed while a watcher had work", e);
    }
  }

  private void changed(String jobId) {
    JobFeed feed = feeds.get(jobId);
    if (feed != null && feed.beginRefresh()) {
      schedule(() -> refresh(List.of(feed)));
    }
  }

  private void poll() {
    List<JobFeed> page = new ArrayList<>();
    for (JobFeed feed : feeds.values()) {
      if (feed.beginRefresh()) {
        page.add(feed);
      }
      if (page.size() == HEADS_PAGE) {
        refresh(page);
        page.clear();
      }
    }
    refresh(page);
  }

  private void refresh(List<JobFeed> page) {
    Map<String, JobFeed> byId = new HashMap<>();
    for (JobFeed feed : page) {
      feed.refreshBegun();
      byId.put(feed.jobId(), feed);
    }
    try {
      if (!byId.isEmpty()) {
        Map<String, JobTable.Head> heads =
            store.database().read(handle -> store.table().heads(handle, byId.keySet()));
        for (JobFeed feed : page) {
          feed.refresh(heads.get(feed.jobId()));
        }
      }
    } catch (DatabaseException e) {
      LOG.debug("Watched jobs can't be read; trying again", e);
    } catch (RuntimeException e) {
      LOG.error("Watched jobs can't be read", e);
    }
  }

  private static Thread daemon(Runnable work, String name) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
