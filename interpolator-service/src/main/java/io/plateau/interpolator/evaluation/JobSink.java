package io.plateau.interpolator.evaluation;

import io.plateau.interpolator.path.PathSink;
import io.plateau.proto.interpolator.v1.PathItem;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Items on their way from the device's thread to the job's thread, which writes them into the
 * database and may have to wait for it. Bounded; the device never waits.
 */
final class JobSink implements PathSink {
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // All guarded by lock.
  private final ArrayDeque<PathItem> items = new ArrayDeque<>();
  private Runnable wake;
  private int wanted;
  private boolean stopped;
  private boolean completed;
  private boolean ended;
  private Throwable failure;

  JobSink(int capacity) {
    this.capacity = capacity;
  }

  @Override
  public boolean hasRoom(int count) {
    lock.lock();
    try {
      return stopped || items.size() + count <= capacity;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onRoom(int count, Runnable newWake) {
    Optional<Runnable> due;
    lock.lock();
    try {
      wake = newWake;
      wanted = count;
      due = dueWake();
    } finally {
      lock.unlock();
    }
    due.ifPresent(Runnable::run);
  }

  @Override
  public boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void send(PathItem item) {
    lock.lock();
    try {
      items.add(item);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void complete() {
    lock.lock();
    try {
      completed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void fail(Throwable cause) {
    lock.lock();
    try {
      failure = cause;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The work has left the device's queue: no more items come. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** No more items are wanted. */
  void stop() {
    Optional<Runnable> due;
    lock.lock();
    try {
      stopped = true;
      due = dueWake();
    } finally {
      lock.unlock();
    }
    due.ifPresent(Runnable::run);
  }

  /** The next item; empty if none came in time, or none will come. */
  Optional<PathItem> take(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    PathItem item;
    Optional<Runnable> due;
    lock.lockInterruptibly();
    try {
      while (items.isEmpty() && !ended && left > 0) {
        left = changed.awaitNanos(left);
      }
      item = items.poll();
      due = dueWake();
    } finally {
      lock.unlock();
    }
    due.ifPresent(Runnable::run);
    return Optional.ofNullable(item);
  }

  /** Whether no items are left and none will come. */
  boolean isDrained() {
    lock.lock();
    try {
      return ended && items.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the last item was sent; to be asked once drained. */
  boolean isCompleted() {
    lock.lock();
    try {
      return completed;
    } finally {
      lock.unlock();
    }
  }

  /** Why it ended before the last item; empty if nothing failed. */
  Optional<Throwable> failure() {
    lock.lock();
    try {
      return Optional.ofNullable(failure);
    } finally {
      lock.unlock();
    }
  }

  private Optional<Runnable> dueWake() {
    if (wake != null && (stopped || items.size() + wanted <= capacity)) {
      Runnable due = wake;
      wake = null;
      // Run without the lock: it takes the queue's.
      return Optional.of(due);
    }
    return Optional.empty();
  }
}
