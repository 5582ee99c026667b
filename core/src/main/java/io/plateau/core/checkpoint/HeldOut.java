package io.plateau.core.checkpoint;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What an epoch's parameters give on samples that are not trained on.
 *
 * @param loss mean cross-entropy, natural logarithm; NaN or infinite if the network diverged
 * @param error share of samples misread, 0 to 1
 * @param classAccuracy share of each class's samples read right, k entries; empty for a class
 *     without samples
 */
public record HeldOut(double loss, double error, List<OptionalDouble> classAccuracy) {
  /** Copies the list and checks the ranges. */
  public HeldOut {
    classAccuracy = List.copyOf(classAccuracy);
    CheckpointException.require(
        error >= 0 && error <= 1, "error", () -> error + " is outside 0..1");
    for (OptionalDouble accuracy : classAccuracy) {
      double value = accuracy.orElse(0);
      CheckpointException.require(
          value >= 0 && value <= 1, "class_accuracy", () -> value + " is outside 0..1");
    }
  }
}
