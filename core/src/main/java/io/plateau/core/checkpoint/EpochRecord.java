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
    Optional<HeldOut> heldOut,
    List<Double> lastBiases,
    double seconds) {
  /** Copies the lists and checks the ranges. */
  public EpochRecord {
    trainClassAccuracy = List.copyOf(trainClassAccuracy);
    lastBiases = List.copyOf(lastBiases);
    CheckpointException.require(epoch >= 0, "epoch", () -> epoch + " is below 0");
    CheckpointException.require(
        trainError >= 0 && trainError <= 1, "train_error", () -> trainError + " is outside 0..1");
    for (OptionalDouble accuracy : trainClassAccuracy) {
      double value = accuracy.orElse(0);
      CheckpointException.require(
          value >= 0 && value <= 1, "train_class_accuracy", () -> value + " is outside 0..1");
    }
    CheckpointException.require(seconds >= 0, "seconds", () -> seconds + " is below 0");
  }
}
