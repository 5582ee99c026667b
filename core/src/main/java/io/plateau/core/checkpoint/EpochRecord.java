package io.plateau.core.checkpoint;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One epoch of a training, measured with the parameters at its end.
 *
 * @param epoch 0 for the initialization, then 1, 2, ...
 * @param learningRate used during the epoch; 0 for epoch 0
 * @param trainLoss mean cross-entropy, natural logarithm; NaN or infinite if the network diverged
 * @param trainError share of training samples misread, 0 to 1
 * @param trainClassAccuracy share of each class's samples read right, k entries; empty for a class
 *     without samples
 * @param trainClassProbability mean probability p_y of the right label on each class's samples, k
 *     entries; empty for a class without samples, NaN if the network diverged
 * @param heldOut the same on held-out samples, where there are any
 * @param lastBiases biases of the last layer, k entries; none if it has no bias
 * @param seconds wall time of the epoch, measuring included
 */
public record EpochRecord(
    int epoch,
    double learningRate,
    double trainLoss,
    double trainError,
    List<OptionalDouble> trainClassAccuracy,
    List<OptionalDouble> trainClassProbability,
    Optional<HeldOut> heldOut,
    List<Double> lastBiases,
    double seconds) {
  /** Copies the lists and checks the ranges. */
  public EpochRecord {
    trainClassAccuracy = List.copyOf(trainClassAccuracy);
    trainClassProbability = List.copyOf(trainClassProbability);
    lastBiases = List.copyOf(lastBiases);
    CheckpointException.require(epoch >= 0, "epoch", () -> epoch + " is below 0");
    CheckpointException.require(
        trainError >= 0 && trainError <= 1, "train_error", () -> trainError + " is outside 0..1");
    for (OptionalDouble accuracy : trainClassAccuracy) {
      double value = accuracy.orElse(0);
      CheckpointException.require(
          value >= 0 && value <= 1, "train_class_accuracy", () -> value + " is outside 0..1");
    }
    for (OptionalDouble probability : trainClassProbability) {
      double value = probability.orElse(0);
      CheckpointException.require(
          (value >= 0 && value <= 1) || Double.isNaN(value),
          "train_class_probability",
          () -> value + " is outside 0..1");
    }
    CheckpointException.require(
        seconds >= 0 && Double.isFinite(seconds),
        "seconds",
        () -> seconds + " is no finite number of at least 0");
  }
}
