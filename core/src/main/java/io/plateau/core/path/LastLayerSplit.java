package io.plateau.core.path;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The share of the last bias b in the logits z = s + b, section 3 of the specification.
 *
 * @param lossWithout loss of s alone
 * @param errorWithout error of s alone
 * @param top i*, the class with the largest bias; the lowest on ties
 * @param second u, the class with the second largest bias; the lowest on ties
 * @param gap b_i* - b_u
 * @param spread max b - min b
 * @param shareChanged share of samples that s and z read as different classes
 * @param shareTop share of samples that z reads as i*
 * @param marginMeans for each class y the mean of s_y - s_i* over its samples; empty without
 *     samples
 * @param marginMaxima for each class y the maximum of s_y - s_i* over its samples; empty without
 *     samples
 * @param biasMargins for each class y b_i* - b_y
 */
public record LastLayerSplit(
    double lossWithout,
    double errorWithout,
    int top,
    int second,
    double gap,
    double spread,
    double shareChanged,
    double shareTop,
    List<OptionalDouble> marginMeans,
    List<OptionalDouble> marginMaxima,
    List<Double> biasMargins) {
  /** Copies the lists. */
  public LastLayerSplit {
    marginMeans = List.copyOf(marginMeans);
    marginMaxima = List.copyOf(marginMaxima);
    biasMargins = List.copyOf(biasMargins);
  }
}
