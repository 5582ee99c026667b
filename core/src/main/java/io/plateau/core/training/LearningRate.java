package io.plateau.core.training;

import java.util.OptionalInt;

/**
 * The learning rate over the steps of a training.
 *
 * @param base rate behind the warm-up, above 0
 * @param schedule how it goes on from there
 * @param warmUpEpochs epochs over which it grows linearly from 0; empty for none
 */
public record LearningRate(double base, Schedule schedule, OptionalInt warmUpEpochs) {

  /** How the rate changes. */
  public sealed interface Schedule {}

  /** It stays. */
  public record Constant() implements Schedule {}

  /** It is multiplied by {@code factor} after every {@code everyEpochs} epochs. */
  public record Step(int everyEpochs, double factor) implements Schedule {}

  /** It falls to {@code finalRate} along half a cosine that ends with the last epoch. */
  public record Cosine(double finalRate) implements Schedule {}

  /** Checks the ranges. */
  public LearningRate {
    if (!(base > 0) || !Double.isFinite(base)) {
      throw new TrainingException("learning_rate.base", base + " is not a finite number above 0");
    }
    if (schedule instanceof Step step
        && (step.everyEpochs() < 1 || !(step.factor() > 0 && step.factor() <= 1))) {
      throw new TrainingException(
          "learning_rate.step",
          "give every_epochs of at least 1 and a factor above 0 and at most 1");
    }
    if (schedule instanceof Cosine cosine
        && !(cosine.finalRate() >= 0 && cosine.finalRate() <= base)) {
      throw new TrainingException(
          "learning_rate.cosine.final_rate", "must be from 0 to the base rate " + base);
    }
    if (warmUpEpochs.isPresent() && warmUpEpochs.getAsInt() < 1) {
      throw new TrainingException("learning_rate.warm_up.epochs", "must be at least 1");
    }
  }

  /** A constant rate. */
  public static LearningRate constant(double rate) {
    return new LearningRate(rate, new Constant(), OptionalInt.empty());
  }

  /**
   * The rate of one step.
   *
   * @param epoch completed epochs, from 0
   * @param step steps done in the epoch, from 0
   * @param stepsPerEpoch steps of an epoch
   * @param epochs most epochs of the training
   */
  public double at(int epoch, int step, int stepsPerEpoch, int epochs) {
    double time = epoch + (double) step / stepsPerEpoch;
    int warmUp = warmUpEpochs.orElse(0);
    if (time < warmUp) {
      return base * ((long) epoch * stepsPerEpoch + step + 1) / ((double) warmUp * stepsPerEpoch);
    }
    if (schedule instanceof Step drop) {
      int drops = epoch / drop.everyEpochs();
      return base * Math.pow(drop.factor(), drops);
    } else if (schedule instanceof Cosine cosine) {
      double share = epochs > warmUp ? (time - warmUp) / (epochs - warmUp) : 1;
      return cosine.finalRate() + (base - cosine.finalRate()) * (1 + Math.cos(Math.PI * share)) / 2;
    }
    return base;
  }
}
