package io.plateau.service.jobs;

import io.plateau.service.listing.Condition;
import io.plateau.service.listing.SortKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which jobs to list and in which order.
 *
 * @param states any of these; empty: all
 * @param labels all of these names with these values
 * @param parent children of this job; empty: jobs with and without parent
 * @param order by time of creation
 */
public record JobFilter(
    Set<JobState> states, Map<String, String> labels, Optional<String> parent, Order order) {

  /** Order of a list. */
  public enum Order {
    /** Latest created first. */
    NEWEST_FIRST,
    /** First created first. */
    OLDEST_FIRST
  }

  /** Every job, newest first. */
  public static final JobFilter ALL =
      new JobFilter(Set.of(), Map.of(), Optional.empty(), Order.NEWEST_FIRST);

  public JobFilter {
    states = Set.copyOf(states);
    labels = Map.copyOf(labels);
    Objects.requireNonNull(parent, "parent");
    Objects.requireNonNull(order, "order");
  }

  /** The same filter for these states only. */
  public JobFilter withStates(Set<JobState> newStates) {
    return new JobFilter(newStates, labels, parent, order);
  }

  /** The same filter for these labels only. */
  public JobFilter withLabels(Map<String, String> newLabels) {
    return new JobFilter(states, newLabels, parent, order);
  }

  /** The same filter for the children of one job only. */
  public JobFilter withParent(String newParent) {
    return new JobFilter(states, labels, Optional.of(newParent), order);
  }

  /** The same filter in another order. */
  public JobFilter withOrder(Order newOrder) {
    return new JobFilter(states, labels, parent, newOrder);
  }

  List<Condition> conditions() {
    List<Condition> conditions = new ArrayList<>();
    if (!states.isEmpty()) {
      conditions.add(
          Condition.anyOf("state", states.stream().map(JobState::name).sorted().toList()));
    }
    new TreeMap<>(labels)
        .forEach((name, value) -> conditions.add(Condition.equal("labels." + name, value)));
    parent.ifPresent(id -> conditions.add(Condition.equal("parent", id)));
    return conditions;
  }

  SortKey sortKey() {
    return new SortKey("create_time", order == Order.NEWEST_FIRST);
  }
}
