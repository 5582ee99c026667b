package io.plateau.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.plateau.core.checkpoint.ParameterFile;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.Parameters;
import io.plateau.proto.common.v1.CheckpointRef;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.EpochRecord;
import io.plateau.proto.trainer.v1.LearningOutcome;
import io.plateau.proto.trainer.v1.ReadTensorsRequest;
import io.plateau.proto.trainer.v1.ReadTensorsResponse;
import io.plateau.proto.trainer.v1.StopReason;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingEvent;
import io.plateau.proto.trainer.v1.WatchTrainingResponse;
import io.plateau.service.database.DatabaseKind;
import io.plateau.service.database.PostgresExtension;
import io.plateau.service.database.PostgresServer;
import io.plateau.service.translation.NetworkTranslation;
import io.plateau.service.translation.RequestField;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trains end to end over real ports. */
@ExtendWith(PostgresExtension.class)
class TrainingTest {

  @ParameterizedTest
  @EnumSource(DatabaseKind.class)
  void trainsStoresAndServesAPair(
      DatabaseKind kind, PostgresServer postgres, @TempDir Path directory) throws Exception {
    try (TrainerFixture trainer =
        new TrainerFixture(directory).on(kind.createDatabase(postgres, directory)).start()) {
      Training created = trainer.create(TrainerFixture.smallSpec().build());
      assertThat(created.getNetwork().getDepth()).isEqualTo(3);
      assertThat(created.getNetwork().getParameters().getParameterCount())
          .isEqualTo(36 * 24 + 24 + 24 * 24 + 24 + 24 * 4 + 4);
      assertThat(created.getDataset().getSamples()).isEqualTo(SmallDataset.TRAIN);
      assertThat(created.getHeldOutDataset().getSamples()).isEqualTo(SmallDataset.TEST);

      List<WatchTrainingResponse> events = trainer.watch(created.getName(), 0);
      Training done = trainer.get(created.getName());
      assertThat(done.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
      assertThat(done.getLastEvent()).isEqualTo(events.size());
      assertThat(done.getProgress().getDone())
          .isEqualTo(12 * 8)
          .isEqualTo(done.getProgress().getTotal());
      assertThat(done.getLatestEpoch().getEpoch()).isEqualTo(12);
      assertNumbered(events, done.getName());
      assertThat(epochs(events)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

      CheckpointPair pair = trainer.pair(done.getPair());
      assertThat(pair.getTraining()).isEqualTo(done.getName());
      assertThat(pair.getOutcome()).isEqualTo(LearningOutcome.LEARNING_OUTCOME_LEARNED);
      assertThat(pair.getHeldOutDataset().getDigest())
          .isEqualTo(done.getHeldOutDataset().getDigest());
      assertThat(pair.getTrainingRecord().getStopReason())
          .isEqualTo(StopReason.STOP_REASON_MAX_EPOCHS);
      assertThat(pair.getTrainingRecord().getEpochsCount()).isEqualTo(13);
      EpochRecord first = pair.getTrainingRecord().getEpochs(0);
      EpochRecord last = pair.getTrainingRecord().getEpochs(12);
      assertThat(pair.getInitEnd().getTrainLoss()).isEqualTo(first.getTrainLoss());
      assertThat(pair.getFinalEnd().getTrainLoss()).isEqualTo(last.getTrainLoss());
      assertThat(pair.getFinalEnd().getTrainError()).isEqualTo(last.getTrainError());
      assertThat(last.getTrainLoss()).isLessThan(first.getTrainLoss() / 3);
      assertThat(last.getHeldOutLoss()).isPositive();
      assertThat(last.getClasses(0).getTrainMeanProbability()).isBetween(0.5, 1.0);
      assertThat(last.getLastLayerBiasesCount()).isEqualTo(4);

      byte[] file = read(trainer, done.getPair(), PairEnd.PAIR_END_FINAL, 0, 1024);
      assertThat(file).hasSize((int) pair.getFinalEnd().getBytes());
      assertThat(digest(file)).isEqualTo(pair.getFinalEnd().getDigest());
      Parameters parameters =
          ParameterFile.read(
              Channels.newChannel(new ByteArrayInputStream(file)),
              file.length,
              "final",
              ParameterLayout.of(
                  NetworkTranslation.toCore(pair.getNetwork(), RequestField.REQUEST)));
      assertThat(parameters.nonFiniteCount()).isZero();
      assertThat(last.getLastLayerBiases(0))
          .isCloseTo(
              parameters.value(parameters.layout().bias(3).orElseThrow().offset()), within(1e-9));
    }
  }

  @Test
  void aWatchFromANumberGivesTheRestAndTwoWatchesTheSame(@TempDir Path directory) {
    try (TrainerFixture trainer = new TrainerFixture(directory).start()) {
      String name = trainer.create(TrainerFixture.smallSpec().build()).getName();
      List<WatchTrainingResponse> live = trainer.watch(name, 0);
      List<WatchTrainingResponse> again = trainer.watch(name, 0);
      assertThat(again).isEqualTo(live);
      for (int after : new int[] {1, 5, live.size() - 1, live.size()}) {
        assertThat(trainer.watch(name, after)).isEqualTo(live.subList(after, live.size()));
      }
      trainer.restart();
      assertThat(trainer.watch(name, 3)).isEqualTo(live.subList(3, live.size()));
    }
  }

  static void assertNumbered(List<WatchTrainingResponse> events, String name) {
    JobState state = JobState.JOB_STATE_UNSPECIFIED;
    for (int i = 0; i < events.size(); i++) {
      TrainingEvent event = events.get(i).getEvent();
      assertThat(event.getNumber()).isEqualTo(i + 1);
      assertThat(event.getTraining()).isEqualTo(name);
      assertThat(event.hasTime()).isTrue();
      if (event.hasStateChange()) {
        assertThat(event.getStateChange().getOldState()).isEqualTo(state);
        state = event.getStateChange().getNewState();
      }
    }
  }

  static List<Integer> epochs(List<WatchTrainingResponse> events) {
    return events.stream()
        .map(WatchTrainingResponse::getEvent)
        .filter(TrainingEvent::hasEpoch)
        .map(event -> event.getEpoch().getEpoch())
        .toList();
  }

  /** Reads a file in chunks, checking their order, sizes and digests. */
  static byte[] read(TrainerFixture trainer, String pair, PairEnd end, long offset, int chunk)
      throws IOException {
    Iterator<ReadTensorsResponse> responses =
        trainer
            .pairs()
            .readTensors(
                ReadTensorsRequest.newBuilder()
                    .setName(pair)
                    .setCheckpoint(CheckpointRef.newBuilder().setEnd(end))
                    .setOffset(offset)
                    .setChunkBytes(chunk)
                    .build());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean first = true;
    String digest = "";
    while (responses.hasNext()) {
      ReadTensorsResponse response = responses.next();
      assertThat(response.hasFile()).isEqualTo(first);
      assertThat(digest).isEmpty();
      assertThat(response.getChunk().getOffset()).isEqualTo(offset + bytes.size());
      assertThat(response.getChunk().getData().size()).isLessThanOrEqualTo(chunk);
      response.getChunk().getData().writeTo(bytes);
      digest = response.getChunk().getDigest();
      first = false;
    }
    assertThat(digest).isEqualTo(digest(bytes.toByteArray()));
    return bytes.toByteArray();
  }

  static String digest(byte[] bytes) {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
