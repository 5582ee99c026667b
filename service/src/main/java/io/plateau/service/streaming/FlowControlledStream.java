package io.plateau.service.streaming;

import static java.util.Objects.requireNonNull;

import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.request.RequestDeadline;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server stream with back-pressure. One producer thread calls {@link #send}, which waits while
 * the client is slow and the ring is full; so a stream holds no more than its ring and what the
 * connection buffers (32 KiB and one message). The producer learns within moments that the client
 * has gone, that its deadline has passed or that the server shuts down: by {@link
 * StreamClosedException} from the next send, by {@link #onStop} or by {@link #isStopped}.
 *
 * <p>Every method may be called from any thread. The producer should not run on the thread of the
 * service method: while that thread is busy, gRPC can't tell it that the client is ready again and
 * the stream has to ask.
 *
 * @param <T> message type
 */
public final class FlowControlledStream<T> {
  private static final Logger LOG = LoggerFactory.getLogger(FlowControlledStream.class);
  // A waiting producer asks by itself, less and less often, and reports each time how long it
  // waited.
  private static final long SHORTEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final OpenStreams owner;
  private final ServerCallStreamObserver<T> observer;
  private final int capacity;
  private final ShutdownPolicy policy;
  private final DoubleConsumer blockedSeconds;
  private final Context context = Context.current();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // All guarded by lock. `end` is set when no message is taken any more, `closed` when the client
  // has
  // been told (or is gone): between the two the ring still drains.
  private final ArrayDeque<T> ring = new ArrayDeque<>();
  private final List<Runnable> stopHandlers = new ArrayList<>();
  private final List<Runnable> dueHandlers = new ArrayList<>();
  private Runnable roomHandler;
  private int roomWanted;
  private StreamEnd end;
  private Throwable failure;
  private boolean closed;
  private boolean draining;

  FlowControlledStream(
      OpenStreams owner,
      StreamObserver<T> observer,
      int capacity,
      ShutdownPolicy policy,
      DoubleConsumer blockedSeconds) {
    if (!(observer instanceof ServerCallStreamObserver<T> serverObserver)) {
      throw new IllegalArgumentException("Only a server's own observer has flow control");
    }
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity must be at least 1, is " + capacity);
    }
    this.owner = owner;
    this.observer = serverObserver;
    this.capacity = capacity;
    this.policy = requireNonNull(policy, "policy");
    this.blockedSeconds = requireNonNull(blockedSeconds, "blockedSeconds");
  }

  /** Sets the handlers; apart from the constructor, so that no callback sees a half-made stream. */
  void listen() {
    observer.setOnCancelHandler(this::clientGone);
    observer.setOnReadyHandler(this::drain);
    // The context is cancelled on another thread than the call's, which may be busy.
    context.addListener(ignored -> clientGone(), Runnable::run);
  }

  /**
   * Sends one message, waiting while the ring is full.
   *
   * @throws StreamClosedException if the stream takes no more messages, also while waiting
   */
  public void send(T message) {
    requireNonNull(message, "message");
    lock.lock();
    try {
      if (end == null && ring.size() >= capacity) {
        drainLocked();
        awaitPlace();
      }
      if (end != null) {
        throw new StreamClosedException(end);
      }
      ring.add(message);
      drainLocked();
    } finally {
      lock.unlock();
      settle();
    }
  }

  /**
   * Ends the stream well, once the client has taken what waits. Does nothing on an ended stream.
   */
  public void complete() {
    finish(StreamEnd.COMPLETED, null);
  }

  /**
   * Ends the stream with an error, once the client has taken what waits. Does nothing on an ended
   * stream, so that a producer may pass on whatever stopped it.
   */
  public void fail(Throwable cause) {
    finish(StreamEnd.FAILED, requireNonNull(cause, "cause"));
  }

  /** Whether the stream was ended by somebody else than its producer: its work is in vain. */
  public boolean isStopped() {
    lock.lock();
    try {
      return stoppedLocked();
    } finally {
      lock.unlock();
    }
  }

  /** Whether the client has gone or its deadline has passed. */
  public boolean isCancelled() {
    lock.lock();
    try {
      return end == StreamEnd.CANCELLED || end == StreamEnd.DEADLINE_EXCEEDED;
    } finally {
      lock.unlock();
    }
  }

  /** Why the stream takes no more messages; empty while it does. */
  public Optional<StreamEnd> end() {
    lock.lock();
    try {
      return Optional.ofNullable(end);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs {@code handler} once if the stream is stopped (cancelled, out of time, shut down) before
   * its producer ended it; at once if it has been. The handler runs on a thread of the transport:
   * it may set a flag or interrupt a thread, and must not block.
   */
  public void onStop(Runnable handler) {
    requireNonNull(handler, "handler");
    lock.lock();
    try {
      if (!stoppedLocked()) {
        stopHandlers.add(handler);
        return;
      }
    } finally {
      lock.unlock();
    }
    handler.run();
  }

  /** Whether so many messages can be sent without waiting. */
  public boolean hasRoom(int messages) {
    lock.lock();
    try {
      drainLocked();
      return end != null || ring.size() + messages <= capacity;
    } finally {
      lock.unlock();
      settle();
    }
  }

  /**
   * Runs {@code handler} once as soon as so many messages can be sent without waiting, or the
   * stream has ended; at once if that is so now. For a producer that has other work to do than to
   * wait; a second call replaces the first one's handler. The handler may run on any thread and
   * must not block.
   *
   * @param messages at most the stream's capacity
   */
  public void onRoom(int messages, Runnable handler) {
    requireNonNull(handler, "handler");
    if (messages < 1 || messages > capacity) {
      throw new IllegalArgumentException(messages + " messages never fit into " + capacity);
    }
    lock.lock();
    try {
      roomWanted = messages;
      roomHandler = handler;
      drainLocked();
      offerRoomLocked();
    } finally {
      lock.unlock();
      settle();
    }
  }

  /** Messages that wait for the client now. */
  public int waiting() {
    lock.lock();
    try {
      return ring.size();
    } finally {
      lock.unlock();
    }
  }

  ShutdownPolicy policy() {
    return policy;
  }

  void shutDown(PlateauException reason) {
    lock.lock();
    try {
      if (!closed) {
        stopLocked(StreamEnd.SHUTTING_DOWN);
        tell(() -> observer.onError(reason));
      }
    } finally {
      lock.unlock();
    }
    settle();
  }

  private void clientGone() {
    lock.lock();
    try {
      if (!closed) {
        stopLocked(
            RequestDeadline.explainsCancellation(context.getDeadline())
                ? StreamEnd.DEADLINE_EXCEEDED
                : StreamEnd.CANCELLED);
      }
    } finally {
      lock.unlock();
    }
    settle();
  }

  private boolean stoppedLocked() {
    return end != null && end != StreamEnd.COMPLETED && end != StreamEnd.FAILED;
  }

  private void stopLocked(StreamEnd why) {
    if (end == null) {
      end = why;
      dueHandlers.addAll(stopHandlers);
    }
    closed = true;
    stopHandlers.clear();
    ring.clear();
    offerRoomLocked();
    changed.signalAll();
  }

  private void offerRoomLocked() {
    if (roomHandler != null && (end != null || ring.size() + roomWanted <= capacity)) {
      dueHandlers.add(roomHandler);
      roomHandler = null;
    }
  }

  private void finish(StreamEnd how, Throwable cause) {
    lock.lock();
    try {
      if (end != null) {
        return;
      }
      end = how;
      failure = cause;
      stopHandlers.clear();
      changed.signalAll();
      drainLocked();
    } finally {
      lock.unlock();
    }
    settle();
  }

  private void awaitPlace() {
    long waitNanos = SHORTEST_WAIT_NANOS;
    while (end == null && ring.size() >= capacity) {
      long start = System.nanoTime();
      try {
        long unused = changed.awaitNanos(waitNanos);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new StreamClosedException(StreamEnd.INTERRUPTED);
      } finally {
        blockedSeconds.accept((System.nanoTime() - start) / 1e9);
      }
      waitNanos = Math.min(2 * waitNanos, LONGEST_WAIT_NANOS);
      drainLocked();
    }
  }

  private void drain() {
    lock.lock();
    try {
      drainLocked();
    } finally {
      lock.unlock();
    }
    settle();
  }

  private void drainLocked() {
    // A direct executor may call back from within onNext.
    if (draining || closed) {
      return;
    }
    draining = true;
    try {
      boolean moved = false;
      while (!closed && !ring.isEmpty() && observer.isReady()) {
        T message = ring.poll();
        moved = true;
        tell(() -> observer.onNext(message));
      }
      if (!closed && ring.isEmpty() && end != null) {
        closed = true;
        tell(failure == null ? observer::onCompleted : () -> observer.onError(failure));
      }
      if (moved) {
        offerRoomLocked();
        changed.signalAll();
      }
    } finally {
      draining = false;
    }
  }

  /** gRPC throws where the call has ended in the meantime or a message can't be written. */
  private void tell(Runnable message) {
    try {
      message.run();
    } catch (RuntimeException broken) {
      LOG.debug("The call ended before its stream", broken);
      stopLocked(StreamEnd.CANCELLED);
    }
  }

  /** What has to happen without the lock after each change. */
  private void settle() {
    List<Runnable> handlers;
    boolean gone;
    lock.lock();
    try {
      handlers = List.copyOf(dueHandlers);
      dueHandlers.clear();
      gone = closed;
    } finally {
      lock.unlock();
    }
    if (gone) {
      owner.remove(this);
    }
    for (Runnable handler : handlers) {
      try {
        handler.run();
      } catch (RuntimeException defect) {
        LOG.error("A handler of a stream failed", defect);
      }
    }
  }
}
