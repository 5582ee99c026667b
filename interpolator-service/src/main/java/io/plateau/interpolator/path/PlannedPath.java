package io.plateau.interpolator.path;

import io.plateau.core.curve.SummaryOptions;
import io.plateau.core.kernel.Precision;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.path.AlphaGrid;
import io.plateau.core.path.EvaluationLimits;
import io.plateau.core.path.Measurements;
import io.plateau.core.path.PathPlan;
import io.plateau.core.path.Scheme;
import io.plateau.interpolator.data.EvaluationData;
import io.plateau.proto.interpolator.v1.Plan;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;

/**
 * A request with everything found, checked and decided.
 *
 * @param first end at alpha 0
 * @param second end at alpha 1
 * @param network of both
 * @param data to evaluate on
 * @param schemes in the order of the request
 * @param grid alphas that were asked for
 * @param endAlphas 0 and 1 as far as an end must be evaluated to be checked or to tell whether the
 *     training failed; some may lie off the grid
 * @param measurements what to measure
 * @param contributionLayers layers whose contributions are wanted; empty for all
 * @param precision of the numbers
 * @param limits of batch and memory
 * @param summary options of the summary
 * @param refusesFailedTraining whether a failed training ends the evaluation
 * @param work what it takes, the evaluation of ends off the grid included
 * @param memoryBytes device memory to set aside
 * @param plan the same for the caller
 */
public record PlannedPath(
    ResolvedEnd first,
    ResolvedEnd second,
    NetworkSpec network,
    EvaluationData data,
    List<Scheme> schemes,
    AlphaGrid grid,
    SortedSet<Double> endAlphas,
    Measurements measurements,
    Set<Integer> contributionLayers,
    Precision precision,
    EvaluationLimits limits,
    SummaryOptions summary,
    boolean refusesFailedTraining,
    PathPlan work,
    long memoryBytes,
    Plan plan) {

  /**
   * Brings both ends to this machine: who waits for a network must not hold a place on the device.
   *
   * @param stopped whether they are wanted no longer
   */
  public void fetch(BooleanSupplier stopped) {
    first.fetch(stopped);
    second.fetch(stopped);
  }

  /** Points that were asked for. */
  public int points() {
    return grid.size() * schemes.size();
  }
}
