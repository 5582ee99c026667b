package io.plateau.core.training;

import io.plateau.core.network.NetworkSpec;

/**
 * Everything that decides a training's result, its data apart.
 *
 * @param batchSize samples of a step, 1 to 65,536; an epoch's last batch may be smaller
 * @param seed of the first weights and of the order of samples
 * @param learnedProbability mean p_y from which a class whose samples are all read right counts as
 *     learned
 */
public record TrainingPlan(
    NetworkSpec network,
    Sgd optimizer,
    LearningRate learningRate,
    int batchSize,
    long seed,
    StoppingRule stoppingRule,
    double learnedProbability) {
  /** Checks the ranges. */
  public TrainingPlan {
    if (batchSize < 1 || batchSize > 65_536) {
      throw new TrainingException("batch_size", batchSize + " is outside 1..65536");
    }
    if (!(learnedProbability > 0 && learnedProbability < 1)) {
      throw new TrainingException(
          "record.learned_probability", learnedProbability + " is outside (0, 1)");
    }
  }
}
