package io.plateau.core.training;

import io.plateau.core.checkpoint.TrainingRecord;
import io.plateau.core.network.Parameters;

/**
 * Both ends and what happened between them.
 *
 * @param failedToLearn whether the training diverged, or the error at the end is not below half of
 *     that of always reading the largest class
 */
public record TrainingResult(
    Parameters initialization,
    Parameters minimizer,
    TrainingRecord record,
    StopReason reason,
    boolean failedToLearn) {}
