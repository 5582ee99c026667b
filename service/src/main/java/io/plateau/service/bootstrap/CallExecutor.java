package io.plateau.service.bootstrap;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads that run service methods. */
final class CallExecutor {
  private static final int QUEUE_CAPACITY = 8192;

  private CallExecutor() {}

  /**
   * A fixed number of threads and a bounded queue. Where the queue is full, the thread of the
   * connection runs the task itself and so reads no further: refusing it would break the connection
   * of every call on it.
   */
  static ThreadPoolExecutor create(String server, int threads) {
    AtomicInteger count = new AtomicInteger();
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(QUEUE_CAPACITY),
            task -> {
              Thread thread = new Thread(task, server + "-call-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            },
            new ThreadPoolExecutor.CallerRunsPolicy());
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }
}
