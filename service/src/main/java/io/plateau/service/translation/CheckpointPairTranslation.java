package io.plateau.service.translation;

import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.EpochRecord;
import io.plateau.core.checkpoint.HeldOut;
import io.plateau.core.checkpoint.Manifest;
import io.plateau.core.curve.TrainingOutcome;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.CheckpointPair.ImportOrigin;
import io.plateau.proto.trainer.v1.LearningOutcome;
import java.util.List;
import java.util.Optional;

/** Checkpoint pairs: everything that a manifest holds. */
public final class CheckpointPairTranslation {
  private CheckpointPairTranslation() {}

  /**
   * A pair without what only a catalogue knows: its etag.
   *
   * @param training name of the training that made it, {@code trainings/{id}}; empty if none is
   *     known
   */
  public static CheckpointPair toProto(Manifest manifest, Optional<String> training) {
    CheckpointPair.Builder message =
        CheckpointPair.newBuilder()
            .setName("pairs/" + manifest.pair())
            .setNetwork(NetworkTranslation.toProto(manifest.network()))
            .setDataset(DatasetTranslation.toProto(manifest.dataset(), manifest.network().input()))
            .setInitEnd(
                CheckpointTranslation.toProto(
                    End.INITIALIZATION, manifest.initial(), heldOut(manifest, 0)))
            .setFinalEnd(
                CheckpointTranslation.toProto(
                    End.MINIMIZER, manifest.minimizer(), heldOut(manifest, lastEpoch(manifest))))
            .putAllLabels(manifest.labels())
            .setCreateTime(TimeTranslation.toProto(manifest.created()))
            .setOutcome(outcome(manifest));
    manifest
        .epochs()
        .forEach(
            (epoch, stored) ->
                message.addEpochCheckpoints(
                    CheckpointTranslation.toProto(
                        End.ofEpoch(epoch), stored, heldOut(manifest, epoch))));
    manifest
        .heldOut()
        .ifPresent(
            data ->
                message.setHeldOutDataset(
                    DatasetTranslation.toProto(data, manifest.network().input())));
    manifest
        .training()
        .ifPresent(record -> message.setTrainingRecord(TrainingRecordTranslation.toProto(record)));
    if (training.isPresent()) {
      message.setTraining(training.get());
    } else if (manifest.training().isEmpty()) {
      message.setImported(
          ImportOrigin.newBuilder().setSource(manifest.producer()).setFormat("safetensors"));
    }
    return message.build();
  }

  /** Whether the network learned; unspecified where all samples are of one class. */
  public static LearningOutcome outcome(Manifest manifest) {
    long[] counts =
        manifest.dataset().classCounts().stream().mapToLong(Integer::longValue).toArray();
    TrainingOutcome outcome = TrainingOutcome.of(counts, manifest.minimizer().error());
    if (outcome.oneClass()) {
      return LearningOutcome.LEARNING_OUTCOME_UNSPECIFIED;
    }
    return outcome.failed()
        ? LearningOutcome.LEARNING_OUTCOME_FAILED_TO_LEARN
        : LearningOutcome.LEARNING_OUTCOME_LEARNED;
  }

  private static int lastEpoch(Manifest manifest) {
    List<EpochRecord> epochs = manifest.training().map(record -> record.epochs()).orElse(List.of());
    return epochs.isEmpty() ? -1 : epochs.get(epochs.size() - 1).epoch();
  }

  private static Optional<HeldOut> heldOut(Manifest manifest, int epoch) {
    return manifest.training().stream()
        .flatMap(record -> record.epochs().stream())
        .filter(record -> record.epoch() == epoch)
        .findFirst()
        .flatMap(EpochRecord::heldOut);
  }
}
