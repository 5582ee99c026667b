package io.plateau.service.translation;

import static io.plateau.service.translation.Messages.SPEC;
import static io.plateau.service.translation.Messages.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.EpochRecord;
import io.plateau.core.checkpoint.HeldOut;
import io.plateau.core.checkpoint.Manifest;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.checkpoint.TrainingRecord;
import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.dataset.Split;
import io.plateau.core.dataset.Subset;
import io.plateau.core.network.Activation;
import io.plateau.core.network.BiasMode;
import io.plateau.core.network.FullyConnected;
import io.plateau.core.network.Initializer;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.training.StopReason;
import io.plateau.proto.common.v1.CheckpointRef;
import io.plateau.proto.common.v1.EndProvenance;
import io.plateau.proto.common.v1.EndRef;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.LearningOutcome;
import io.plateau.service.errors.Reason;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pairs, their checkpoints and the records of their training. */
class CheckpointPairTranslationTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);
  private static final OptionalDouble NONE = OptionalDouble.empty();
  private static final NetworkSpec NETWORK =
      FullyConnected.of(4, 3, 2, 5, Activation.TANH, BiasMode.ZERO_INIT, Initializer.DEFAULT);

  private static EpochRecord epoch(int epoch, Optional<HeldOut> heldOut, Double... biases) {
    return new EpochRecord(
        epoch,
        epoch == 0 ? 0 : 0.05,
        1.5 - epoch,
        0.5 - epoch / 4.0,
        List.of(OptionalDouble.of(0.5), OptionalDouble.of(1), NONE),
        List.of(OptionalDouble.of(0.25), OptionalDouble.of(0.75), NONE),
        heldOut,
        List.of(biases),
        1.25);
  }

  private static HeldOut heldOut(double loss) {
    return new HeldOut(loss, 0.25, List.of(OptionalDouble.of(0.75), NONE, NONE));
  }

  private static TrainingRecord record() {
    return new TrainingRecord(
        7,
        StopReason.TRAIN_LOSS.name(),
        3.75,
        0.9,
        List.of(
            epoch(0, Optional.of(heldOut(1.75)), 0.0, 0.0, 0.0),
            epoch(1, Optional.of(heldOut(0.75)), -0.5, 0.25, 0.25)),
        List.of(OptionalInt.of(1), OptionalInt.empty(), OptionalInt.of(0)),
        OptionalDouble.of(0.5),
        Optional.of(false));
  }

  private static StoredEnd end(double loss, double error) {
    return new StoredEnd(loss, error, 1000, DIGEST);
  }

  private static Manifest manifest(Optional<TrainingRecord> training, double finalError) {
    return new Manifest(
        Manifest.FORMAT_VERSION,
        "fcn-7",
        NETWORK,
        new DatasetReference(
            "mnist", Split.TRAIN, Subset.EVERYTHING, 20, List.of(10, 10, 0), DIGEST, "value / 255"),
        Optional.of(
            new DatasetReference(
                "mnist",
                Split.TEST,
                Subset.EVERYTHING,
                6,
                List.of(2, 3, 1),
                DIGEST,
                "value / 255")),
        end(1.5, 0.5),
        end(0.5, finalError),
        new TreeMap<>(Map.of(1, end(0.75, 0.25))),
        training,
        Map.of("team", "red"),
        Instant.parse("2024-05-06T07:08:09.123456789Z"),
        "plateau 0.1.0");
  }

  @Test
  void aTrainedPair() {
    Manifest manifest = manifest(Optional.of(record()), 0.1);
    CheckpointPair pair =
        CheckpointPairTranslation.toProto(manifest, Optional.of("trainings/run-1"));

    assertThat(pair.getName()).isEqualTo("pairs/fcn-7");
    assertThat(NetworkTranslation.toCore(pair.getNetwork(), SPEC)).isEqualTo(NETWORK);
    assertThat(DatasetTranslation.toReference(pair.getDataset(), SPEC))
        .isEqualTo(manifest.dataset());
    assertThat(DatasetTranslation.toReference(pair.getHeldOutDataset(), SPEC))
        .isEqualTo(manifest.heldOut().orElseThrow());
    assertThat(CheckpointTranslation.toCore(pair.getInitEnd(), SPEC)).isEqualTo(manifest.initial());
    assertThat(CheckpointTranslation.toCore(pair.getFinalEnd(), SPEC))
        .isEqualTo(manifest.minimizer());
    assertThat(pair.getInitEnd().getWhich().getEnd()).isEqualTo(PairEnd.PAIR_END_INIT);
    assertThat(pair.getFinalEnd().getWhich().getEnd()).isEqualTo(PairEnd.PAIR_END_FINAL);
    assertThat(pair.getInitEnd().getHeldOutLoss()).isEqualTo(1.75);
    assertThat(pair.getFinalEnd().getHeldOutLoss()).isEqualTo(0.75);
    assertThat(pair.getEpochCheckpointsList())
        .singleElement()
        .satisfies(stored -> assertThat(stored.getWhich().getEpoch()).isEqualTo(1))
        .satisfies(stored -> assertThat(stored.getHeldOutLoss()).isEqualTo(0.75));
    assertThat(pair.getTraining()).isEqualTo("trainings/run-1");
    assertThat(pair.getTrainingRecord()).isEqualTo(TrainingRecordTranslation.toProto(record()));
    assertThat(pair.getLabelsMap()).containsExactly(Map.entry("team", "red"));
    assertThat(Messages.tree(pair).get("createTime").textValue())
        .isEqualTo("2024-05-06T07:08:09.123456789Z");
    assertThat(pair.getOutcome()).isEqualTo(LearningOutcome.LEARNING_OUTCOME_LEARNED);
  }

  @Test
  void anImportedPair() {
    CheckpointPair pair =
        CheckpointPairTranslation.toProto(manifest(Optional.empty(), 0.3), Optional.empty());
    assertThat(pair.hasTrainingRecord()).isFalse();
    assertThat(pair.getImported().getSource()).isEqualTo("plateau 0.1.0");
    assertThat(pair.getFinalEnd().hasHeldOutLoss()).isFalse();
    assertThat(pair.getOutcome()).isEqualTo(LearningOutcome.LEARNING_OUTCOME_FAILED_TO_LEARN);
  }

  @Test
  void aTrainedPairWhoseTrainingIsUnknownIsNoImport() {
    CheckpointPair pair =
        CheckpointPairTranslation.toProto(manifest(Optional.of(record()), 0.1), Optional.empty());
    assertThat(pair.getOriginCase()).isEqualTo(CheckpointPair.OriginCase.ORIGIN_NOT_SET);
  }

  @Test
  void aWholeRecord() {
    assertThat(TrainingRecordTranslation.toProto(record()))
        .isEqualTo(
            Messages.read(
                """
                {'epochs': [
                   {'trainLoss': 1.5, 'trainError': 0.5, 'heldOutLoss': 1.75,
                    'heldOutError': 0.25,
                    'classes': [
                      {'trainAccuracy': 0.5, 'trainMeanProbability': 0.25, 'heldOutAccuracy': 0.75},
                      {'classIndex': 1, 'trainAccuracy': 1, 'trainMeanProbability': 0.75},
                      {'classIndex': 2}],
                    'lastLayerBiases': [0, 0, 0], 'wallTime': '1.250s'},
                   {'epoch': 1, 'learningRate': 0.05, 'trainLoss': 0.5, 'trainError': 0.25,
                    'heldOutLoss': 0.75, 'heldOutError': 0.25,
                    'classes': [
                      {'trainAccuracy': 0.5, 'trainMeanProbability': 0.25, 'heldOutAccuracy': 0.75},
                      {'classIndex': 1, 'trainAccuracy': 1, 'trainMeanProbability': 0.75},
                      {'classIndex': 2}],
                    'lastLayerBiases': [-0.5, 0.25, 0.25], 'wallTime': '1.250s'}],
                 'classes': [
                   {'learnedEpoch': 1, 'finalBias': -0.5},
                   {'classIndex': 1, 'finalBias': 0.25},
                   {'classIndex': 2, 'learnedEpoch': 0, 'finalBias': 0.25}],
                 'learningOrderCorrelation': 0.5, 'largestBiasLearnedLast': false,
                 'learnedProbability': 0.9, 'seed': '7', 'stopReason': 'STOP_REASON_TRAIN_LOSS',
                 'epochsTrained': 1, 'wallTime': '3.750s'}
                """,
                io.plateau.proto.trainer.v1.TrainingRecord.getDefaultInstance()));
  }

  @Test
  void undefinedPartsOfARecordAreAbsent() {
    TrainingRecord bare =
        new TrainingRecord(
            0,
            "SOMETHING_NEW",
            0,
            0.9,
            List.of(epoch(0, Optional.empty())),
            List.of(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty()),
            NONE,
            Optional.empty());
    io.plateau.proto.trainer.v1.TrainingRecord message = TrainingRecordTranslation.toProto(bare);
    assertThat(message.hasLearningOrderCorrelation()).isFalse();
    assertThat(message.hasLargestBiasLearnedLast()).isFalse();
    assertThat(message.hasSteps()).isFalse();
    assertThat(message.getStopReason())
        .isEqualTo(io.plateau.proto.trainer.v1.StopReason.STOP_REASON_UNSPECIFIED);
    assertThat(message.getClassesList())
        .allMatch(learned -> !learned.hasLearnedEpoch() && !learned.hasFinalBias());
    assertThat(message.getEpochs(0).hasHeldOutLoss()).isFalse();
    assertThat(message.getEpochs(0).getClasses(2).hasTrainAccuracy()).isFalse();
  }

  @Test
  void everyStopReasonOfCoreHasOneOfTheContract() {
    EnumSet<io.plateau.proto.trainer.v1.StopReason> told =
        Arrays.stream(StopReason.values())
            .map(StopReasonTranslation::toProto)
            .collect(
                Collectors.toCollection(
                    () -> EnumSet.noneOf(io.plateau.proto.trainer.v1.StopReason.class)));
    assertThat(told).hasSize(StopReason.values().length);
    // What no training of this version ends by; a reason that core learns must leave this list.
    assertThat(EnumSet.complementOf(told))
        .containsExactlyInAnyOrder(
            io.plateau.proto.trainer.v1.StopReason.STOP_REASON_UNSPECIFIED,
            io.plateau.proto.trainer.v1.StopReason.STOP_REASON_LOSS_PLATEAU,
            io.plateau.proto.trainer.v1.StopReason.STOP_REASON_MAX_DURATION,
            io.plateau.proto.trainer.v1.StopReason.STOP_REASON_END_TIME,
            io.plateau.proto.trainer.v1.StopReason.STOP_REASON_CANCELLED,
            io.plateau.proto.trainer.v1.StopReason.UNRECOGNIZED);
  }

  @ParameterizedTest
  @EnumSource(StopReason.class)
  void wordsOfRecordsAreCoresNames(StopReason reason) {
    assertThat(StopReasonTranslation.toProto(reason.name()))
        .isEqualTo(StopReasonTranslation.toProto(reason));
  }

  static List<End> ends() {
    return List.of(End.INITIALIZATION, End.MINIMIZER, End.ofEpoch(1), End.ofEpoch(100_000));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void endsComeBack(End end) {
    assertThat(
            CheckpointTranslation.toCore(
                CheckpointTranslation.toProto(end), SPEC, End.INITIALIZATION))
        .isEqualTo(end);
  }

  @Test
  void endsCoverTheirKinds() {
    assertThat(ends()).extracting(End::kind).contains(End.Kind.values());
  }

  @Test
  void unsetEndsAreTheDefaultOfTheirPlace() {
    CheckpointRef unset = CheckpointRef.getDefaultInstance();
    assertThat(CheckpointTranslation.toCore(unset, SPEC, End.MINIMIZER)).isEqualTo(End.MINIMIZER);
    assertThat(
            CheckpointTranslation.toCore(
                unset.toBuilder().setEnd(PairEnd.PAIR_END_UNSPECIFIED).build(),
                SPEC,
                End.MINIMIZER))
        .isEqualTo(End.MINIMIZER);
  }

  @Test
  void malformedReferencesAreRefused() {
    assertRefused(
        () ->
            CheckpointTranslation.toCore(
                CheckpointRef.newBuilder().setEpoch(0).build(), SPEC, End.MINIMIZER),
        Reason.REQUEST_INVALID,
        "spec.epoch");
    assertRefused(
        () ->
            CheckpointTranslation.toCore(
                CheckpointRef.newBuilder().setEndValue(77).build(), SPEC, End.MINIMIZER),
        Reason.REQUEST_INVALID,
        "spec.end");
    assertRefused(
        () ->
            CheckpointTranslation.toCore(
                io.plateau.proto.trainer.v1.Checkpoint.newBuilder()
                    .setTrainError(2)
                    .setBytes(3)
                    .setDigest("sha256:" + DIGEST)
                    .build(),
                SPEC),
        Reason.REQUEST_INVALID,
        "spec.error");
  }

  @Test
  void provenanceOfAnEnd() {
    EndRef.Builder asked = EndRef.newBuilder();
    asked.getPairBuilder().setName("pairs/fcn-7");
    EndProvenance known =
        ProvenanceTranslation.toProto(
            asked.build(),
            End.MINIMIZER,
            Optional.of(end(0.5, 0.1)),
            Optional.of("trainings/run-1"),
            OptionalLong.of(0));
    assertThat(known)
        .isEqualTo(
            Messages.read(
                """
                {'end': {'pair': {'name': 'pairs/fcn-7',
                                  'checkpoint': {'end': 'PAIR_END_FINAL'}}},
                 'digest': 'sha256:%s', 'training': 'trainings/run-1', 'seed': '0',
                 'storedLoss': 0.5, 'storedError': 0.1}
                """
                    .formatted(DIGEST),
                EndProvenance.getDefaultInstance()));

    asked.clear().getStoredBuilder().setUri("file:///pairs/fcn-7");
    EndProvenance unknown =
        ProvenanceTranslation.toProto(
            asked.build(),
            End.ofEpoch(3),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty());
    assertThat(unknown.getEnd().getStored().getCheckpoint().getEpoch()).isEqualTo(3);
    assertThat(unknown.hasSeed() || unknown.hasStoredLoss() || unknown.hasStoredError()).isFalse();
    assertThat(unknown.getDigest()).isEmpty();
  }
}
