package io.plateau.service.translation;

import io.plateau.core.checkpoint.EpochRecord;
import io.plateau.core.checkpoint.TrainingRecord;
import io.plateau.proto.trainer.v1.ClassAccuracy;
import io.plateau.proto.trainer.v1.ClassLearned;
import java.util.List;

/** What a training recorded. */
public final class TrainingRecordTranslation {
  private TrainingRecordTranslation() {}

  /** A whole record. */
  public static io.plateau.proto.trainer.v1.TrainingRecord toProto(TrainingRecord record) {
    List<EpochRecord> epochs = record.epochs();
    io.plateau.proto.trainer.v1.TrainingRecord.Builder message =
        io.plateau.proto.trainer.v1.TrainingRecord.newBuilder()
            .setLearnedProbability(record.learningThreshold())
            .setSeed(record.seed())
            .setStopReason(StopReasonTranslation.toProto(record.stopReason()))
            .setEpochsTrained(epochs.isEmpty() ? 0 : epochs.get(epochs.size() - 1).epoch())
            .setWallTime(TimeTranslation.ofSeconds(record.wallSeconds()));
    epochs.forEach(epoch -> message.addEpochs(toProto(epoch)));
    List<Double> biases = epochs.isEmpty() ? List.of() : epochs.get(epochs.size() - 1).lastBiases();
    for (int y = 0; y < record.learnedEpochs().size(); y++) {
      ClassLearned.Builder learned = message.addClassesBuilder().setClassIndex(y);
      record.learnedEpochs().get(y).ifPresent(learned::setLearnedEpoch);
      if (!biases.isEmpty()) {
        learned.setFinalBias(biases.get(y));
      }
    }
    record.spearman().ifPresent(message::setLearningOrderCorrelation);
    record.largestBiasLearnedLast().ifPresent(message::setLargestBiasLearnedLast);
    return message.build();
  }

  /** One epoch. */
  public static io.plateau.proto.trainer.v1.EpochRecord toProto(EpochRecord epoch) {
    io.plateau.proto.trainer.v1.EpochRecord.Builder message =
        io.plateau.proto.trainer.v1.EpochRecord.newBuilder()
            .setEpoch(epoch.epoch())
            .setLearningRate(epoch.learningRate())
            .setTrainLoss(epoch.trainLoss())
            .setTrainError(epoch.trainError())
            .addAllLastLayerBiases(epoch.lastBiases())
            .setWallTime(TimeTranslation.ofSeconds(epoch.seconds()));
    epoch
        .heldOut()
        .ifPresent(
            heldOut -> message.setHeldOutLoss(heldOut.loss()).setHeldOutError(heldOut.error()));
    for (int y = 0; y < epoch.trainClassAccuracy().size(); y++) {
      int index = y;
      ClassAccuracy.Builder accuracy = message.addClassesBuilder().setClassIndex(y);
      epoch.trainClassAccuracy().get(y).ifPresent(accuracy::setTrainAccuracy);
      if (y < epoch.trainClassProbability().size()) {
        epoch.trainClassProbability().get(y).ifPresent(accuracy::setTrainMeanProbability);
      }
      epoch
          .heldOut()
          .ifPresent(
              heldOut ->
                  heldOut.classAccuracy().get(index).ifPresent(accuracy::setHeldOutAccuracy));
    }
    return message.build();
  }
}
