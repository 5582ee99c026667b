package io.plateau.interpolator.device;

import java.util.function.BooleanSupplier;

/** Something that takes turns on the device. The queue calls one method at a time. */
public interface DeviceWork {
  /** What a turn led to. */
  enum Turn {
    /** More can be done at once. */
    AGAIN,
    /** More can be done once the reader has room; {@link #whenReady} says when. */
    WAIT,
    /** Nothing is left to do. */
    DONE
  }

  /** Device memory that it takes between its first turn and {@link #release}. */
  long memoryBytes();

  /** Points that it has yet to compute. */
  long pendingPoints();

  /** Floating-point operations that it has yet to do. */
  double pendingOperations();

  /**
   * Reads what it needs into host memory; on a thread that may wait for disks and networks.
   *
   * @param stopped whether the work is wanted no longer; to be asked several times a second
   */
  void load(BooleanSupplier stopped) throws Exception;

  /**
   * Does a part of the work on the device, at most one alpha; on the device's thread.
   *
   * @param stopped whether the work is wanted no longer; to be asked between batches
   */
  Turn turn(BooleanSupplier stopped) throws Exception;

  /**
   * Runs {@code wake} once when the reader has room again; at once if it has. Must not block.
   *
   * @param wake may be called on any thread
   */
  void whenReady(Runnable wake);

  /**
   * Gives back device and host memory; on the device's thread. {@link #load} and {@link #turn} may
   * follow: an evaluation whose reader is slow makes room for others.
   */
  void release();

  /** It left the queue well, or because it was stopped; the last call. */
  void ended();

  /** It left the queue by a failure; the last call. */
  void failed(Throwable failure);
}
