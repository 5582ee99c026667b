package io.plateau.service.streaming;

import io.grpc.stub.StreamObserver;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleConsumer;

/** The streams that a server has open, so that it can end them when it shuts down. */
public final class OpenStreams {
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closed = lock.newCondition();
  // Guarded by lock.
  private final Set<FlowControlledStream<?>> streams = new LinkedHashSet<>();
  private boolean draining;
  private boolean shutDown;

  /**
   * Opens a stream. To be called by the service method itself, before it returns: gRPC lets
   * handlers be set no later.
   *
   * @param observer as gRPC gave it to the service method
   * @param capacity messages that may wait for the client, at least 1
   * @param policy what a shutdown does to the stream
   * @param blockedSeconds is told how long the producer waited for the client
   */
  public <T> FlowControlledStream<T> open(
      StreamObserver<T> observer,
      int capacity,
      ShutdownPolicy policy,
      DoubleConsumer blockedSeconds) {
    FlowControlledStream<T> stream =
        new FlowControlledStream<>(this, observer, capacity, policy, blockedSeconds);
    boolean late;
    lock.lock();
    try {
      streams.add(stream);
      late = shutDown || (draining && policy == ShutdownPolicy.END_AT_ONCE);
    } finally {
      lock.unlock();
    }
    stream.listen();
    if (late) {
      stream.shutDown(shuttingDown());
    }
    return stream;
  }

  /** Number of streams that have not ended yet. */
  public int count() {
    lock.lock();
    try {
      return streams.size();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the streams that shall end at once; those that are opened later end at once, too. */
  public void drain() {
    lock.lock();
    try {
      draining = true;
    } finally {
      lock.unlock();
    }
    for (FlowControlledStream<?> stream : snapshot()) {
      if (stream.policy() == ShutdownPolicy.END_AT_ONCE) {
        stream.shutDown(shuttingDown());
      }
    }
  }

  /** Waits until no stream is open; false if {@code grace} passed before. */
  public boolean awaitNone(Duration grace) throws InterruptedException {
    long left = grace.toNanos();
    lock.lockInterruptibly();
    try {
      while (!streams.isEmpty()) {
        if (left <= 0) {
          return false;
        }
        left = closed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends every stream with {@link Reason#SERVER_SHUTTING_DOWN}. */
  public void shutDown() {
    lock.lock();
    try {
      draining = true;
      shutDown = true;
    } finally {
      lock.unlock();
    }
    snapshot().forEach(stream -> stream.shutDown(shuttingDown()));
  }

  void remove(FlowControlledStream<?> stream) {
    lock.lock();
    try {
      if (streams.remove(stream)) {
        closed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private List<FlowControlledStream<?>> snapshot() {
    lock.lock();
    try {
      return List.copyOf(streams);
    } finally {
      lock.unlock();
    }
  }

  private static PlateauException shuttingDown() {
    return PlateauException.builder(
            Reason.SERVER_SHUTTING_DOWN,
            "The server is shutting down; continue from the last message received.")
        .retryAfter(RETRY_DELAY)
        .build();
  }
}
