package io.plateau.service.jobs;

import com.google.protobuf.ByteString;
import io.plateau.service.database.DatabaseException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a job in this process: what its handler sees, and the writer behind it.
 *
 * <p>The writer takes all events that wait, at most a batch, into one transaction; while it is
 * under way the next ones gather. A short pause between two transactions makes batches of events
 * that come fast without holding back single ones.
 */
final class RunningJob implements JobContext {
  private static final Logger LOG = LoggerFactory.getLogger(RunningJob.class);
  private static final int BUFFER_EVENTS = 8_192;
  private static final long BUFFER_BYTES = 8L << 20;
  private static final int BATCH_EVENTS = 1_024;
  private static final long BATCH_BYTES = 2L << 20;
  private static final Duration BATCH_PAUSE = Duration.ofMillis(20);
  private static final Duration PROGRESS_PAUSE = Duration.ofMillis(500);

  private final JobLease lease;
  private final JobLimits limits;
  private final Listeners listeners;
  private final Thread writer;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<ByteString> buffer = new ArrayDeque<>();
  private long bufferBytes;
  private long emitted;
  private long written;
  private int flushing;
  private Progress progress;
  private long progressTime;
  private boolean progressUrgent;
  private boolean closed;
  private RuntimeException failure;

  private volatile boolean cancelled;
  private volatile boolean stopRequested;
  private volatile boolean lost;

  RunningJob(JobLease lease, JobLimits limits, Listeners listeners) {
    this.lease = lease;
    this.limits = limits;
    this.listeners = listeners;
    this.progressTime = System.nanoTime() - PROGRESS_PAUSE.toNanos();
    this.writer = new Thread(this::write, "job-events-" + lease.job().id());
    this.writer.setDaemon(true);
    this.writer.start();
  }

  @Override
  public Job job() {
    return lease.job();
  }

  @Override
  public void emit(ByteString event) throws InterruptedException {
    if (event.size() > limits.eventBytes()) {
      throw JobException.invalid(
          "event", "has " + event.size() + " bytes, at most " + limits.eventBytes());
    }
    lock.lockInterruptibly();
    try {
      while (failure == null
          && !buffer.isEmpty()
          && (buffer.size() >= BUFFER_EVENTS || bufferBytes + event.size() > BUFFER_BYTES)) {
        changed.await();
      }
      throwFailure();
      buffer.add(event);
      bufferBytes += event.size();
      emitted++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void progress(double fraction, ByteString detail) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw JobException.invalid("progress", "is " + fraction + ", must be 0 to 1");
    }
    if (detail.size() > limits.progressBytes()) {
      throw JobException.invalid(
          "progress", "has " + detail.size() + " bytes, at most " + limits.progressBytes());
    }
    lock.lock();
    try {
      progress = new Progress(fraction, detail);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void flush() throws InterruptedException {
    lock.lockInterruptibly();
    flushing++;
    try {
      long target = emitted;
      progressUrgent = progress != null;
      changed.signalAll();
      while (failure == null && (written < target || progressUrgent)) {
        changed.await();
      }
      throwFailure();
    } finally {
      flushing--;
      lock.unlock();
    }
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public boolean stopRequested() {
    return stopRequested;
  }

  void cancel() {
    cancelled = true;
  }

  void requestStop() {
    stopRequested = true;
  }

  /**
   * Ends this attempt's right to write: its job moved on, or this process won't wait any longer.
   */
  void lose() {
    lost = true;
    stopRequested = true;
    fail(lease.lost());
  }

  boolean isLost() {
    return lost;
  }

  JobLease lease() {
    return lease;
  }

  /** Stops the writer, without writing what still waits; call {@link #flush} first. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void throwFailure() {
    if (failure instanceof JobException refused) {
      // A new exception each time: the one kept belongs to the writer's thread.
      throw refused.reason() == JobException.Reason.LEASE_LOST ? lease.lost() : refused;
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void fail(RuntimeException cause) {
    lock.lock();
    try {
      if (failure == null) {
        failure = cause;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private record Batch(List<ByteString> events, Optional<Progress> progress) {}

  private void write() {
    long number = 0;
    try {
      for (Batch batch = take(); batch != null; batch = take()) {
        long start = System.nanoTime();
        lease.append(++number, batch.events(), batch.progress());
        written(batch);
        int events = batch.events().size();
        if (events > 0) {
          Duration took = Duration.ofNanos(System.nanoTime() - start);
          listeners.tell(listener -> listener.eventsWritten(events, took));
        }
      }
    } catch (JobException e) {
      if (e.reason() == JobException.Reason.LEASE_LOST) {
        lose();
      } else {
        fail(e);
      }
    } catch (DatabaseException e) {
      LOG.error("Events of job {} can't be written", job().id(), e);
      fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(lease.lost());
    }
  }

  /** Waits for the next batch; null when closed. */
  private Batch take() throws InterruptedException {
    lock.lock();
    try {
      long pause = BATCH_PAUSE.toNanos();
      while (pause > 0 && flushing == 0 && !closed && buffer.size() < BATCH_EVENTS) {
        pause = changed.awaitNanos(pause);
      }
      while (!closed && failure == null && buffer.isEmpty() && !progressDue()) {
        if (progress == null) {
          changed.await();
        } else {
          changed.await(PROGRESS_PAUSE.toMillis() / 5, TimeUnit.MILLISECONDS);
        }
      }
      if (closed || failure != null) {
        return null;
      }
      List<ByteString> events = new ArrayList<>(Math.min(buffer.size(), BATCH_EVENTS));
      long bytes = 0;
      while (!buffer.isEmpty() && events.size() < BATCH_EVENTS && bytes < BATCH_BYTES) {
        ByteString event = buffer.remove();
        bytes += event.size();
        events.add(event);
      }
      bufferBytes -= bytes;
      Optional<Progress> latest = Optional.empty();
      if (progressDue()) {
        latest = Optional.of(progress);
        progress = null;
        progressTime = System.nanoTime();
      }
      changed.signalAll();
      return new Batch(events, latest);
    } finally {
      lock.unlock();
    }
  }

  private boolean progressDue() {
    return progress != null
        && (progressUrgent || System.nanoTime() - progressTime >= PROGRESS_PAUSE.toNanos());
  }

  private void written(Batch batch) {
    lock.lock();
    try {
      written += batch.events().size();
      if (batch.progress().isPresent() || progress == null) {
        progressUrgent = false;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
