package io.plateau.interpolator.path;

import io.plateau.proto.common.v1.Warning;
import io.plateau.proto.common.v1.WarningReason;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.Plan;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What earlier attempts at an evaluation have stored. */
public final class PathHistory {
  /** Metadata of a warning that the batch was halved: to how many samples. */
  static final String BATCH_SAMPLES = "batch_samples";

  private final Map<Double, Map<Integer, FinishedPoint>> points = new HashMap<>();
  private final Set<WarningReason> warnings = EnumSet.noneOf(WarningReason.class);
  private Optional<Plan> plan = Optional.empty();
  private int batchSamples;
  private long lastSequence;

  /** Nothing is stored. */
  public static PathHistory none() {
    return new PathHistory();
  }

  /** Adds a stored item; items come in their order. */
  public void add(PathItem item) {
    lastSequence = Math.max(lastSequence, item.getSequence());
    switch (item.getItemCase()) {
      case PLAN -> {
        plan = Optional.of(item.getPlan());
        batchSamples = item.getPlan().getBatchSamples();
      }
      case POINT -> {
        FinishedPoint point = FinishedPoint.of(item.getPoint());
        points.computeIfAbsent(point.alpha(), alpha -> new HashMap<>()).put(point.scheme(), point);
      }
      case WARNING -> {
        Warning warning = item.getWarning();
        warnings.add(warning.getReason());
        if (warning.getReason() == WarningReason.WARNING_REASON_BATCH_HALVED) {
          batchSamples =
              Integer.parseInt(
                  warning.getMetadataOrDefault(BATCH_SAMPLES, Integer.toString(batchSamples)));
        }
      }
      case PROGRESS, SUMMARY, ITEM_NOT_SET -> {}
    }
  }

  /** The plan. */
  public Optional<Plan> plan() {
    return plan;
  }

  /** Samples of a batch as it was last; 0 without a plan. */
  public int batchSamples() {
    return batchSamples;
  }

  /** The number of the newest item; 0 without one. */
  public long lastSequence() {
    return lastSequence;
  }

  Map<Integer, FinishedPoint> at(double alpha) {
    return points.getOrDefault(alpha, Map.of());
  }

  boolean warned(WarningReason reason) {
    return warnings.contains(reason);
  }
}
