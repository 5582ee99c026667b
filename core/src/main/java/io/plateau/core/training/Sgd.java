package io.plateau.core.training;

/**
 * Stochastic gradient descent: v = m v + g + d w; then w = w - lr v, or with Nesterov's momentum w
 * = w - lr (g + d w + m v).
 *
 * @param momentum m, 0 to 1 (1 excluded)
 * @param nesterov whether the step looks ahead
 * @param weightDecay d, at least 0
 * @param decayBiases whether d applies to biases too
 */
public record Sgd(double momentum, boolean nesterov, double weightDecay, boolean decayBiases) {
  /** Momentum 0.9, nothing else. */
  public static final Sgd DEFAULT = new Sgd(0.9, false, 0, true);

  /** Checks the ranges. */
  public Sgd {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new TrainingException("optimizer.sgd.momentum", momentum + " is outside [0, 1)");
    }
    if (!(weightDecay >= 0) || !Double.isFinite(weightDecay)) {
      throw new TrainingException(
          "optimizer.sgd.weight_decay", weightDecay + " is not a finite number of at least 0");
    }
  }
}
