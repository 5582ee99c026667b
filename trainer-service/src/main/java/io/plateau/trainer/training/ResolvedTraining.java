package io.plateau.trainer.training;

import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.training.TrainingPlan;
import io.plateau.proto.trainer.v1.Training;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedSet;

/**
 * A training with everything that its specification leaves to the server.
 *
 * @param plan what decides the result, data apart
 * @param data to train on
 * @param heldOut measured beside them
 * @param reference to the data, for the pair's manifest
 * @param heldOutReference the same for the held-out data
 * @param checkpointEpochs after which a checkpoint is stored
 * @param saveInterval between two saved states
 * @param message the network and the data as a caller sees them, nothing else
 * @param fingerprint of everything that decides the result, data included: 64 hexadecimal digits
 */
record ResolvedTraining(
    TrainingPlan plan,
    Dataset data,
    Optional<Dataset> heldOut,
    DatasetReference reference,
    Optional<DatasetReference> heldOutReference,
    SortedSet<Integer> checkpointEpochs,
    Duration saveInterval,
    Training message,
    String fingerprint) {

  /** Steps of one epoch. */
  long stepsPerEpoch() {
    int batch = Math.min(plan.batchSize(), data.size());
    return ((long) data.size() + batch - 1) / batch;
  }

  /** Steps of the whole training unless it stops early. */
  long steps() {
    return stepsPerEpoch() * plan.stoppingRule().maxEpochs();
  }
}
