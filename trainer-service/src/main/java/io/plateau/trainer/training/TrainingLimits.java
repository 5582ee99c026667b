package io.plateau.trainer.training;

/**
 * Bounds of what a caller sizes.
 *
 * @param parameters of a network
 * @param epochs that a training may ask for
 * @param memoryBytes that a training may need by the size of its network and batch
 */
public record TrainingLimits(int parameters, int epochs, long memoryBytes) {}
