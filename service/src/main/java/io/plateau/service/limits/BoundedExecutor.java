package io.plateau.service.limits;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.request.RequestContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fixed number of threads and a bounded queue. Tasks run in the call context of who handed them
 * over, so that their log lines have the request id and their work ends with the call.
 */
public final class BoundedExecutor implements Executor, AutoCloseable {
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  private final String name;
  private final ThreadPoolExecutor pool;

  /**
   * @param name of the threads and of the pool in metrics
   * @param threads at least 1
   * @param queueCapacity tasks that may wait, at least 1
   */
  public BoundedExecutor(String name, int threads, int queueCapacity) {
    this.name = requireNonNull(name, "name");
    BlockingQueue<Runnable> queue = new ArrayBlockingQueue<>(queueCapacity);
    this.pool =
        new ThreadPoolExecutor(
            threads, threads, 30, TimeUnit.SECONDS, queue, new NamedThreads(name));
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * Hands over a task.
   *
   * @throws PlateauException {@link Reason#QUEUE_FULL} with a retry delay, or {@link
   *     Reason#SERVER_SHUTTING_DOWN} once closed
   */
  @Override
  public void execute(Runnable task) {
    try {
      pool.execute(RequestContext.propagate(task));
    } catch (RejectedExecutionException rejected) {
      if (pool.isShutdown()) {
        throw PlateauException.builder(
                Reason.SERVER_SHUTTING_DOWN, "The server is shutting down; try again elsewhere.")
            .retryAfter(RETRY_DELAY)
            .cause(rejected)
            .build();
      }
      throw PlateauException.builder(
              Reason.QUEUE_FULL,
              "The server is busy: the queue of " + name + " is full. Try again.")
          .metadata("capacity", pool.getQueue().remainingCapacity() + pool.getQueue().size())
          .retryAfter(RETRY_DELAY)
          .cause(rejected)
          .build();
    }
  }

  /** Shows the pool's size, queue and completed tasks under the label {@code name}. */
  public void bindTo(MeterRegistry registry) {
    new ExecutorServiceMetrics(pool, name, List.of()).bindTo(registry);
  }

  /** Takes no more tasks, lets those taken end for {@code grace}, then interrupts them. */
  public void close(Duration grace) {
    pool.shutdown();
    try {
      if (!pool.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS)) {
        pool.shutdownNow();
      }
    } catch (InterruptedException interrupted) {
      pool.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** Takes no more tasks and interrupts those that run. */
  @Override
  public void close() {
    pool.shutdownNow();
  }

  private static final class NamedThreads implements ThreadFactory {
    private final String name;
    private final AtomicInteger count = new AtomicInteger();

    NamedThreads(String name) {
      this.name = name;
    }

    @Override
    public Thread newThread(Runnable task) {
      Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    }
  }
}
