package io.plateau.service.bootstrap;

import java.time.Duration;

/** Something that has to be done while a server shuts down. */
@FunctionalInterface
public interface ShutdownStep {
  /**
   * Does it. A failure is logged; the next steps are done all the same.
   *
   * @param timeLeft of the grace period
   */
  void run(Duration timeLeft) throws Exception;
}
