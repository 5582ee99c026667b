package io.plateau.core.training;

import java.util.OptionalDouble;

/**
 * A training ends after the first epoch for which one of these holds.
 *
 * @param maxEpochs 1 to 100,000
 * @param trainLoss training loss at or below this
 * @param trainError training error at or below this
 */
public record StoppingRule(int maxEpochs, OptionalDouble trainLoss, OptionalDouble trainError) {
  /** Checks the ranges. */
  public StoppingRule {
    if (maxEpochs < 1 || maxEpochs > 100_000) {
      throw new TrainingException("stopping_rule.max_epochs", maxEpochs + " is outside 1..100000");
    }
  }

  /** After a number of epochs. */
  public static StoppingRule epochs(int maxEpochs) {
    return new StoppingRule(maxEpochs, OptionalDouble.empty(), OptionalDouble.empty());
  }
}
