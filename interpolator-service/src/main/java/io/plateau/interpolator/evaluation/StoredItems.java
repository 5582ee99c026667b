package io.plateau.interpolator.evaluation;

import com.google.protobuf.InvalidProtocolBufferException;
import io.plateau.interpolator.path.PathHistory;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.Plan;
import io.plateau.service.jobs.Job;
import io.plateau.service.jobs.JobEvent;
import io.plateau.service.jobs.JobStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The items of evaluations among the events of their jobs. Changes of state are events, too, so an
 * item's number is at most its event's: what lies after an item is found by starting at the event
 * of the same number.
 */
final class StoredItems {
  private static final int PAGE = 500;
  private static final int TAIL = 8;
  private static final int FIRST_EVENTS = 64;

  private final JobStore jobs;

  StoredItems(JobStore jobs) {
    this.jobs = jobs;
  }

  /** An item and the number of its event. */
  record Stored(long event, PathItem item) {}

  /** The item in an event; empty for a change of state. */
  static Optional<PathItem> item(JobEvent event) {
    if (event.state().isPresent()) {
      return Optional.empty();
    }
    try {
      return Optional.of(PathItem.parseFrom(event.payload()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("an item of an evaluation is damaged", e);
    }
  }

  /** Everything that earlier attempts stored. */
  PathHistory history(String id) {
    PathHistory history = PathHistory.none();
    walk(
        id,
        0,
        stored -> {
          history.add(stored.item());
          return true;
        });
    return history;
  }

  /** Looks at each item after an event until {@code wanted} says no. */
  void walk(String id, long afterEvent, Predicate<Stored> wanted) {
    long position = afterEvent;
    while (true) {
      List<JobEvent> events = jobs.eventsAfter(id, position, PAGE);
      if (events.isEmpty()) {
        return;
      }
      for (JobEvent event : events) {
        position = event.number();
        Optional<PathItem> item = item(event);
        if (item.isPresent() && !wanted.test(new Stored(position, item.get()))) {
          return;
        }
      }
    }
  }

  /** The plan; empty before there is one. */
  Optional<Plan> plan(String id) {
    for (JobEvent event : jobs.eventsAfter(id, 0, FIRST_EVENTS)) {
      Optional<PathItem> item = item(event);
      if (item.isPresent()) {
        return item.get().hasPlan() ? Optional.of(item.get().getPlan()) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** The number of a job's newest item; 0 without one. */
  long lastSequence(Job job) {
    long end = job.lastEvent();
    int tail = TAIL;
    while (end > 0) {
      long start = Math.max(0, end - tail);
      long last = 0;
      for (JobEvent event : jobs.eventsAfter(job.id(), start, tail)) {
        Optional<PathItem> item = item(event);
        if (item.isPresent()) {
          last = Math.max(last, item.get().getSequence());
        }
      }
      if (last > 0) {
        return last;
      }
      end = start;
      tail = PAGE;
    }
    return 0;
  }
}
