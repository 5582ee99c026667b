package io.plateau.service.jobs;

import io.plateau.service.database.DatabaseException;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscriber of a job's events: its place, its demand, and the one line in which it is called.
 */
final class JobWatcher implements Flow.Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(JobWatcher.class);
  private static final int PAGE = 256;

  private final Flow.Subscriber<? super JobEvent> subscriber;
  private final Consumer<Runnable> executor;
  private final Consumer<JobWatcher> onEnd;
  private final AtomicLong demand = new AtomicLong();
  private final AtomicInteger work = new AtomicInteger();
  private final AtomicBoolean ended = new AtomicBoolean();
  private long position;
  private JobFeed feed;
  private volatile boolean started;
  private volatile RuntimeException failure;

  JobWatcher(
      long after,
      Flow.Subscriber<? super JobEvent> subscriber,
      Consumer<Runnable> executor,
      Consumer<JobWatcher> onEnd) {
    this.position = after;
    this.subscriber = subscriber;
    this.executor = executor;
    this.onEnd = onEnd;
  }

  void follow(JobFeed newFeed) {
    feed = newFeed;
  }

  void start() {
    subscriber.onSubscribe(this);
    started = true;
    wake();
  }

  String jobId() {
    return feed.jobId();
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      failure = new IllegalArgumentException("request(" + n + "): must be positive");
    } else {
      demand.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
    }
    wake();
  }

  @Override
  public void cancel() {
    end();
  }

  void fail(JobException reason) {
    failure = reason;
    wake();
  }

  /** Has the subscriber called with what there is, unless that is under way already. */
  void wake() {
    if (started && !ended.get() && work.getAndIncrement() == 0) {
      executor.accept(this::run);
    }
  }

  private void run() {
    int seen = work.get();
    do {
      try {
        deliver();
      } catch (DatabaseException e) {
        LOG.debug("Events of job {} can't be read; the next look will", jobId(), e);
      } catch (JobException e) {
        failure = e;
        deliverFailure();
      } catch (RuntimeException e) {
        LOG.warn("A watcher of job {} failed", jobId(), e);
        end();
      }
      seen = work.addAndGet(-seen);
    } while (seen != 0);
  }

  private void deliver() {
    while (!ended.get()) {
      if (failure != null) {
        deliverFailure();
        return;
      }
      if (feed.isCompleteAt(position)) {
        if (end()) {
          subscriber.onComplete();
        }
        return;
      }
      long wanted = demand.get();
      if (wanted == 0) {
        return;
      }
      List<JobEvent> events = feed.eventsAfter(position, (int) Math.min(wanted, PAGE));
      if (events.isEmpty()) {
        return;
      }
      for (JobEvent event : events) {
        if (ended.get() || failure != null) {
          break;
        }
        position = event.number();
        if (wanted != Long.MAX_VALUE) {
          demand.decrementAndGet();
        }
        subscriber.onNext(event);
      }
    }
  }

  private void deliverFailure() {
    if (end()) {
      subscriber.onError(failure);
    }
  }

  private boolean end() {
    boolean first = ended.compareAndSet(false, true);
    if (first) {
      onEnd.accept(this);
    }
    return first;
  }
}
