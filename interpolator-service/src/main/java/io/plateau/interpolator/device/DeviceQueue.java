package io.plateau.interpolator.device;

import io.grpc.Context;
import io.plateau.interpolator.metrics.InterpolatorMetrics;
import io.plateau.interpolator.metrics.InterpolatorMetrics.Phase;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.request.RequestContext;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of one device. A single thread gives each evaluation on the device a turn of one alpha,
 * in a circle. As many evaluations as may be on the device at a time, and as their planned memory
 * allows, take part; the others wait in order. Nobody waits for a slow reader: an evaluation whose
 * reader has no room leaves the circle, and the device if others want its place, and comes back
 * when the reader has room again.
 *
 * <p>How many evaluations may enter is not decided here. Thread-safe.
 */
public final class DeviceQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceQueue.class);

  private final int places;
  private final long memoryBytes;
  private final InterpolatorMetrics metrics;
  private final Thread worker;
  private final ExecutorService loaders;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  // All guarded by lock.
  private final Set<Ticket> tickets = new LinkedHashSet<>();
  private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();
  private final ArrayDeque<Ticket> ready = new ArrayDeque<>();
  private final LinkedHashSet<Ticket> parked = new LinkedHashSet<>();
  private final ArrayDeque<Ticket> leaving = new ArrayDeque<>();
  private int onDevice;
  private long reservedBytes;
  private boolean closing;

  private enum State {
    /** Waits for a place on the device. */
    WAITING,
    /** Has a place, and is read into host memory. */
    LOADING,
    /** Has a place, and waits for its turn. */
    READY,
    /** Has its turn. */
    RUNNING,
    /** Has a place, and waits for its reader. */
    PARKED,
    /** Gave its place up, and waits for its reader. */
    AWAY,
    /** Leaves, or has left. */
    LEAVING
  }

  /** A place in the queue. */
  public final class Ticket {
    private final DeviceWork work;
    private final Context context = Context.current();
    // All guarded by lock.
    private State state = State.WAITING;
    private boolean holdsPlace;
    private Throwable failure;
    private long since;

    private volatile boolean stopped;

    private Ticket(DeviceWork work) {
      this.work = work;
    }

    /** Ends the work, within a batch if it has its turn. */
    public void stop() {
      lock.lock();
      try {
        stopped = true;
        if (state != State.LOADING && state != State.RUNNING) {
          leave(this);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * @param name of the device's thread
   * @param places evaluations that may be on the device at a time
   * @param memoryBytes device memory for all of them
   */
  public DeviceQueue(String name, int places, long memoryBytes, InterpolatorMetrics metrics) {
    this.places = places;
    this.memoryBytes = memoryBytes;
    this.metrics = metrics;
    this.loaders =
        Executors.newFixedThreadPool(places, task -> daemon(task, "device-loader-" + name));
    this.worker = daemon(this::work, "device-" + name);
    worker.start();
  }

  /**
   * Takes work. It runs in the context of this call, for log lines and exemplars.
   *
   * @throws PlateauException DEVICE_OUT_OF_MEMORY if it needs more memory than all of it, or
   *     SERVER_SHUTTING_DOWN
   */
  public Ticket submit(DeviceWork work) {
    if (work.memoryBytes() > memoryBytes) {
      throw PlateauException.builder(
              Reason.DEVICE_OUT_OF_MEMORY,
              "The evaluation needs "
                  + work.memoryBytes()
                  + " bytes on the device, which has "
                  + memoryBytes
                  + " for evaluations")
          .metadata("required_bytes", work.memoryBytes())
          .metadata("available_bytes", memoryBytes)
          .build();
    }
    lock.lock();
    try {
      if (closing) {
        throw shuttingDown();
      }
      Ticket ticket = new Ticket(work);
      tickets.add(ticket);
      waiting.add(ticket);
      changed.signalAll();
      return ticket;
    } finally {
      lock.unlock();
    }
  }

  /** Evaluations that have a place on the device. */
  public int running() {
    lock.lock();
    try {
      return onDevice;
    } finally {
      lock.unlock();
    }
  }

  /** Evaluations in the queue that have none. */
  public int waiting() {
    lock.lock();
    try {
      return tickets.size() - onDevice;
    } finally {
      lock.unlock();
    }
  }

  /** Points not yet computed of all of them. */
  public long pendingPoints() {
    lock.lock();
    try {
      return tickets.stream().mapToLong(ticket -> ticket.work.pendingPoints()).sum();
    } finally {
      lock.unlock();
    }
  }

  /** Floating-point operations not yet done of all of them. */
  public double pendingOperations() {
    lock.lock();
    try {
      return tickets.stream().mapToDouble(ticket -> ticket.work.pendingOperations()).sum();
    } finally {
      lock.unlock();
    }
  }

  /** Device memory for all evaluations. */
  public long memoryBytes() {
    return memoryBytes;
  }

  /** The part of it that plans of evaluations on the device have taken. */
  public long reservedBytes() {
    lock.lock();
    try {
      return reservedBytes;
    } finally {
      lock.unlock();
    }
  }

  /** Ends all work and the device's thread; what is in the queue fails. */
  @Override
  public void close() {
    lock.lock();
    try {
      closing = true;
      for (Ticket ticket : Set.copyOf(tickets)) {
        if (ticket.failure == null) {
          ticket.failure = shuttingDown();
        }
        ticket.stop();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    loaders.shutdown();
    try {
      worker.join(Duration.ofSeconds(30).toMillis());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    while (true) {
      Ticket ticket;
      Consumer<Ticket> next;
      lock.lock();
      try {
        while (true) {
          if (!leaving.isEmpty()) {
            ticket = leaving.poll();
            next = this::end;
            break;
          }
          admit();
          if (!waiting.isEmpty() && !parked.isEmpty()) {
            ticket = parked.iterator().next();
            parked.remove(ticket);
            ticket.state = State.AWAY;
            next = this::evict;
            break;
          }
          if (!ready.isEmpty()) {
            ticket = ready.poll();
            ticket.state = State.RUNNING;
            next = this::runTurn;
            break;
          }
          if (closing && tickets.isEmpty()) {
            return;
          }
          changed.awaitUninterruptibly();
        }
      } finally {
        lock.unlock();
      }
      next.accept(ticket);
    }
  }

  private void runTurn(Ticket ticket) {
    RequestContext.run(ticket.context, () -> turn(ticket));
  }

  /** Gives free places to those who wait, first come first served. */
  private void admit() {
    while (!waiting.isEmpty()) {
      Ticket first = waiting.peek();
      if (onDevice >= places || reservedBytes + first.work.memoryBytes() > memoryBytes) {
        return;
      }
      waiting.remove();
      first.state = State.LOADING;
      first.holdsPlace = true;
      onDevice++;
      reservedBytes += first.work.memoryBytes();
      loaders.execute(() -> RequestContext.run(first.context, () -> load(first)));
    }
  }

  private void load(Ticket ticket) {
    Throwable failure = null;
    try {
      ticket.work.load(() -> ticket.stopped);
    } catch (Exception | OutOfMemoryError e) {
      failure = e;
    }
    lock.lock();
    try {
      if (failure != null && ticket.failure == null) {
        ticket.failure = failure;
      }
      if (ticket.failure != null || ticket.stopped) {
        leave(ticket);
      } else {
        makeReady(ticket);
      }
    } finally {
      lock.unlock();
    }
  }

  private void turn(Ticket ticket) {
    metrics.duration(Phase.WAIT, (System.nanoTime() - ticket.since) / 1e9);
    DeviceWork.Turn turn = DeviceWork.Turn.DONE;
    Throwable failure = null;
    try {
      turn = ticket.work.turn(() -> ticket.stopped);
    } catch (Exception | OutOfMemoryError e) {
      failure = e;
    }
    boolean park = false;
    lock.lock();
    try {
      if (failure != null && ticket.failure == null) {
        ticket.failure = failure;
      }
      if (ticket.failure != null || ticket.stopped || turn == DeviceWork.Turn.DONE) {
        leave(ticket);
      } else if (turn == DeviceWork.Turn.AGAIN) {
        makeReady(ticket);
      } else {
        ticket.state = State.PARKED;
        ticket.since = System.nanoTime();
        parked.add(ticket);
        park = true;
      }
    } finally {
      lock.unlock();
    }
    if (park) {
      ticket.work.whenReady(() -> wake(ticket));
    }
  }

  private void wake(Ticket ticket) {
    lock.lock();
    try {
      if (ticket.state == State.PARKED || ticket.state == State.AWAY) {
        metrics.streamBlocked((System.nanoTime() - ticket.since) / 1e9);
      }
      if (ticket.state == State.PARKED) {
        parked.remove(ticket);
        makeReady(ticket);
      } else if (ticket.state == State.AWAY) {
        ticket.state = State.WAITING;
        waiting.add(ticket);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Frees the place of an evaluation that waits for its reader. */
  private void evict(Ticket ticket) {
    release(ticket);
    lock.lock();
    try {
      giveUpPlace(ticket);
    } finally {
      lock.unlock();
    }
  }

  private void end(Ticket ticket) {
    release(ticket);
    Throwable failure;
    lock.lock();
    try {
      giveUpPlace(ticket);
      tickets.remove(ticket);
      failure = ticket.failure;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    RequestContext.run(
        ticket.context,
        () -> {
          try {
            if (failure == null) {
              ticket.work.ended();
            } else {
              ticket.work.failed(failure);
            }
          } catch (RuntimeException defect) {
            LOG.error("An evaluation could not be told that it ended", defect);
          }
        });
  }

  private static void release(Ticket ticket) {
    try {
      ticket.work.release();
    } catch (RuntimeException defect) {
      LOG.error("An evaluation did not release its memory", defect);
    }
  }

  private void giveUpPlace(Ticket ticket) {
    if (ticket.holdsPlace) {
      ticket.holdsPlace = false;
      onDevice--;
      reservedBytes -= ticket.work.memoryBytes();
    }
  }

  private void makeReady(Ticket ticket) {
    ticket.state = State.READY;
    ticket.since = System.nanoTime();
    ready.add(ticket);
    changed.signalAll();
  }

  private void leave(Ticket ticket) {
    if (ticket.state == State.LEAVING) {
      return;
    }
    waiting.remove(ticket);
    ready.remove(ticket);
    parked.remove(ticket);
    ticket.state = State.LEAVING;
    leaving.add(ticket);
    changed.signalAll();
  }

  private static PlateauException shuttingDown() {
    return PlateauException.builder(
            Reason.SERVER_SHUTTING_DOWN, "The server is shutting down; try again elsewhere.")
        .retryAfter(Duration.ofSeconds(1))
        .build();
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
