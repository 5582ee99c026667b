package io.plateau.core.kernel;

/**
 * An operation bound to its buffers. Running it allocates nothing; it can be run any number of
 * times.
 */
@FunctionalInterface
public interface Operation {
  /** Runs to completion on the calling thread's behalf. */
  void run();
}
