package io.plateau.service.jobs;

import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners, and keeps what they throw away from jobs. */
record Listeners(List<JobListener> listeners) {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  Listeners {
    listeners = List.copyOf(listeners);
  }

  void tell(Consumer<JobListener> call) {
    for (JobListener listener : listeners) {
      try {
        call.accept(listener);
      } catch (RuntimeException e) {
        LOG.warn("A listener of jobs failed", e);
      }
    }
  }
}
