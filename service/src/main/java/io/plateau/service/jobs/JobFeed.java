package io.plateau.service.jobs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** The newest events of one watched job, read once for all of its watchers. */
final class JobFeed {
  private static final int TAIL_EVENTS = 512;
  private static final int TAIL_BYTES = 2 << 20;

  private final JobStore store;
  private final String jobId;
  private final Set<JobWatcher> watchers = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean refreshing = new AtomicBoolean();

  private final ArrayDeque<JobEvent> tail = new ArrayDeque<>();
  private int tailBytes;
  private long tailEnd;
  private JobTable.Head head;

  JobFeed(JobStore store, Job job) {
    this.store = store;
    this.jobId = job.id();
    this.head = new JobTable.Head(job.state(), job.lastEvent());
    this.tailEnd = job.lastEvent();
  }

  String jobId() {
    return jobId;
  }

  void add(JobWatcher watcher) {
    watchers.add(watcher);
  }

  boolean removeLeavesNone(JobWatcher watcher) {
    watchers.remove(watcher);
    return watchers.isEmpty();
  }

  /** Whether the caller should refresh: false while another refresh has yet to begin. */
  boolean beginRefresh() {
    return refreshing.compareAndSet(false, true);
  }

  /** Called before the database is read: a change from now on needs another refresh. */
  void refreshBegun() {
    refreshing.set(false);
  }

  /** Takes over the head of a job that was just read for other ends. */
  synchronized void observe(Job job) {
    if (job.lastEvent() > head.lastEvent()) {
      head = new JobTable.Head(job.state(), job.lastEvent());
    }
  }

  /** Takes over what the database says, reads new events, and wakes the watchers; null: deleted. */
  void refresh(JobTable.Head newest) {
    if (newest == null) {
      fail(JobException.notFound(store.kind(), jobId));
      return;
    }
    read(newest);
    watchers.forEach(JobWatcher::wake);
  }

  private synchronized void read(JobTable.Head newest) {
    if (newest.lastEvent() < head.lastEvent()) {
      // Two refreshes overtook each other; the later answer was taken already.
      return;
    }
    long from = Math.max(tailEnd, newest.lastEvent() - TAIL_EVENTS);
    if (from > tailEnd) {
      tail.clear();
      tailBytes = 0;
      tailEnd = from;
    }
    while (tailEnd < newest.lastEvent()) {
      List<JobEvent> events = store.eventsAfter(jobId, tailEnd, TAIL_EVENTS);
      if (events.isEmpty()) {
        break;
      }
      events.forEach(this::append);
    }
    head = newest;
  }

  private void append(JobEvent event) {
    tail.addLast(event);
    tailBytes += event.payload().size();
    tailEnd = event.number();
    while (tail.size() > TAIL_EVENTS || (tailBytes > TAIL_BYTES && tail.size() > 1)) {
      tailBytes -= tail.removeFirst().payload().size();
    }
  }

  /** Events after a number, at most {@code limit}: from the tail, or from the database if older. */
  List<JobEvent> eventsAfter(long after, int limit) {
    synchronized (this) {
      if (after >= head.lastEvent()) {
        return List.of();
      }
      if (!tail.isEmpty() && after >= tail.getFirst().number() - 1) {
        List<JobEvent> events = new ArrayList<>(Math.min(limit, tail.size()));
        for (JobEvent event : tail) {
          if (event.number() > after && events.size() < limit) {
            events.add(event);
          }
        }
        return events;
      }
    }
    return store.eventsAfter(jobId, after, limit);
  }

  /** Whether nothing comes after this number. */
  synchronized boolean isCompleteAt(long number) {
    return head.state().isFinal() && number >= head.lastEvent();
  }

  void fail(JobException reason) {
    watchers.forEach(watcher -> watcher.fail(reason));
  }

  @Override
  public String toString() {
    return Map.of("job", jobId, "watchers", watchers.size()).toString();
  }
}
