package io.plateau.core.path;

import java.util.List;

/**
 * What biases add to loss and error: L(a) - L(a with the bias at 0), and the same for the error.
 *
 * @param loss of each layer's bias, h = 1 first; 0 for a layer without a bias
 * @param error likewise
 * @param allLoss of all biases at once
 * @param allError likewise
 */
public record BiasContributions(
    List<Double> loss, List<Double> error, double allLoss, double allError) {
  /** Copies the lists. */
  public BiasContributions {
    loss = List.copyOf(loss);
    error = List.copyOf(error);
  }
}
