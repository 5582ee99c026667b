/**
 * Trains a network from its description to its minimizer: a deterministic function of a {@link
 * io.plateau.core.training.TrainingPlan}, which may be interrupted after any step and goes on from
 * a saved {@link io.plateau.core.training.TrainingState} to the same bits. Imports network, kernel,
 * dataset, path (for loss and error) and checkpoint (for the record).
 */
package io.plateau.core.training;
