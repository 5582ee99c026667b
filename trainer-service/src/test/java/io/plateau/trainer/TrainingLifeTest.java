package io.plateau.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.proto.common.v1.Activation;
import io.plateau.proto.common.v1.CheckpointRef;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.trainer.v1.CancelTrainingRequest;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.DeleteTrainingRequest;
import io.plateau.proto.trainer.v1.LearningOutcome;
import io.plateau.proto.trainer.v1.ReadTensorsRequest;
import io.plateau.proto.trainer.v1.ResumeTrainingRequest;
import io.plateau.proto.trainer.v1.StopReason;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingSpec;
import io.plateau.proto.trainer.v1.WatchTrainingRequest;
import io.plateau.proto.trainer.v1.WatchTrainingResponse;
import io.plateau.service.errors.Reason;
import io.plateau.service.errors.StatusDetails;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cancel, resume, delete, stop and start again, and how trainings end that do not succeed. */
class TrainingLifeTest {
  @TempDir Path directory;
  private TrainerFixture trainer;

  @BeforeEach
  void start() {
    trainer = new TrainerFixture(directory).start();
  }

  @AfterEach
  void stop() {
    trainer.close();
  }

  @Test
  void cancelsWhatRunsAndWhatWaits() {
    Training running = trainer.create(TrainerFixture.longSpec().build());
    Training waiting = trainer.create(TrainerFixture.longSpec().setSeed(8).build());
    awaitEpoch(running.getName(), 2);
    assertThat(trainer.get(waiting.getName()).getState()).isEqualTo(JobState.JOB_STATE_QUEUED);

    assertThat(cancel(waiting.getName(), "").getState()).isEqualTo(JobState.JOB_STATE_CANCELLED);
    Training cancelled = cancel(running.getName(), "");
    assertThat(cancelled.getState()).isIn(JobState.JOB_STATE_RUNNING, JobState.JOB_STATE_CANCELLED);
    cancelled = trainer.await(running.getName(), JobState.JOB_STATE_CANCELLED);

    assertThat(cancelled.getLatestEpoch().getEpoch()).isGreaterThanOrEqualTo(2);
    assertThat(cancelled.getPair()).isEmpty();
    assertThat(cancelled.hasEndTime()).isTrue();
    List<Integer> recorded = TrainingTest.epochs(trainer.watch(running.getName(), 0));
    assertThat(recorded).contains(0, 1, 2).doesNotHaveDuplicates();
    // Cancelling again changes nothing.
    assertThat(cancel(running.getName(), "")).isEqualTo(cancelled);
    assertThat(trainer.watch(waiting.getName(), 0)).hasSize(2);
  }

  @Test
  void aCancelledTrainingGoesOnToTheSameBits() {
    TrainingSpec spec = mediumSpec().addCheckpointEpochs(2).addCheckpointEpochs(150).build();
    CheckpointPair unbroken = succeed(trainer.create(spec).getName());
    String name = trainer.create(spec).getName();
    for (int epoch : new int[] {5, 40, 90}) {
      awaitEpoch(name, epoch);
      var unused = cancel(name, "");
      trainer.await(name, JobState.JOB_STATE_CANCELLED);
      assertThat(resume(name).getState()).isEqualTo(JobState.JOB_STATE_QUEUED);
    }
    CheckpointPair broken = succeed(name);
    assertSameBits(broken, unbroken);
    List<WatchTrainingResponse> events = trainer.watch(name, 0);
    TrainingTest.assertNumbered(events, name);
    assertThat(TrainingTest.epochs(events))
        .containsExactlyElementsOf(java.util.stream.IntStream.rangeClosed(0, 200).boxed().toList());
    assertThat(events.stream().filter(event -> event.getEvent().hasCheckpointStored())).hasSize(4);
  }

  @Test
  void aGracefulStopInTheMidstOfTrainingLosesNothing() {
    TrainingSpec spec = mediumSpec().build();
    CheckpointPair unbroken = succeed(trainer.create(spec).getName());
    String name = trainer.create(spec).getName();
    String waiting = trainer.create(spec).getName();
    awaitEpoch(name, 20);
    trainer.stop();
    try (var states = Files.list(directory.resolve("data/checkpoints/resume"))) {
      assertThat(states).hasSize(1);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
    trainer.start();
    assertSameBits(succeed(name), unbroken);
    assertSameBits(succeed(waiting), unbroken);
    TrainingTest.assertNumbered(trainer.watch(name, 0), name);
    assertThat(TrainingTest.epochs(trainer.watch(name, 0)))
        .containsExactlyElementsOf(java.util.stream.IntStream.rangeClosed(0, 200).boxed().toList());
    // Nothing is left to go on from.
    Awaitility.await().until(() -> resumeStates() == 0);
  }

  @Test
  void aWatchIsToldThatTheServerGoesAndGoesOnAfterwards() {
    String name = trainer.create(mediumSpec().build()).getName();
    awaitEpoch(name, 3);
    Iterator<WatchTrainingResponse> watch =
        trainer.trainings().watchTraining(WatchTrainingRequest.newBuilder().setName(name).build());
    WatchTrainingResponse first = watch.next();
    assertThat(first.getEvent().getNumber()).isEqualTo(1);
    Thread stopping = new Thread(() -> trainer.server().close());
    stopping.start();
    long[] last = {1};
    StatusDetails refused =
        Refusals.of(
            () -> {
              while (watch.hasNext()) {
                WatchTrainingResponse next = watch.next();
                last[0] = next.hasEvent() ? next.getEvent().getNumber() : last[0];
              }
            });
    assertThat(refused.knownReason()).contains(Reason.SERVER_SHUTTING_DOWN);
    assertThat(refused.retryDelay()).isPresent();
    trainer.restart();
    List<WatchTrainingResponse> rest = trainer.watch(name, last[0]);
    assertThat(rest.get(0).getEvent().getNumber()).isEqualTo(last[0] + 1);
    succeed(name);
  }

  @Test
  void signsOfProgressComeBetweenEvents() {
    TrainingSpec.Builder spec = TrainerFixture.smallSpec().setBatchSize(1);
    spec.setNetwork(TrainerFixture.fullyConnected(8, 512));
    spec.getStoppingRuleBuilder().setMaxEpochs(1_000);
    // Single samples at the usual rate diverge within an epoch: it would end before it tells
    // anything.
    spec.getLearningRateBuilder().setBase(1e-6);
    String name = trainer.create(spec.build()).getName();
    Iterator<WatchTrainingResponse> watch =
        trainer
            .trainings()
            .withDeadlineAfter(Duration.ofMinutes(5))
            .watchTraining(WatchTrainingRequest.newBuilder().setName(name).build());
    WatchTrainingResponse response = watch.next();
    while (!response.hasProgress()) {
      response = watch.next();
    }
    assertThat(response.getProgress().getTotal()).isEqualTo(256 * 1_000);
    var unused = cancel(name, "");
    trainer.await(name, JobState.JOB_STATE_CANCELLED);
  }

  @Test
  void whatDoesNotFitTheStateIsRefused() {
    Training done = trainer.create(TrainerFixture.smallSpec().build());
    succeed(done.getName());
    assertThat(Refusals.reason(() -> cancel(done.getName(), ""))).isEqualTo(Reason.STATE_CONFLICT);
    assertThat(Refusals.reason(() -> resume(done.getName()))).isEqualTo(Reason.STATE_CONFLICT);
    Training running = trainer.create(TrainerFixture.longSpec().build());
    awaitEpoch(running.getName(), 1);
    assertThat(Refusals.reason(() -> delete(running.getName(), "")))
        .isEqualTo(Reason.STATE_CONFLICT);
    String stale = running.getEtag();
    assertThat(Refusals.reason(() -> cancel(running.getName(), stale)))
        .isEqualTo(Reason.ETAG_MISMATCH);
    var unused = cancel(running.getName(), trainer.get(running.getName()).getEtag());
    Training cancelled = trainer.await(running.getName(), JobState.JOB_STATE_CANCELLED);
    assertThat(Refusals.reason(() -> delete(running.getName(), stale)))
        .isEqualTo(Reason.ETAG_MISMATCH);
    assertThat(resumeStates()).isEqualTo(1);
    delete(running.getName(), cancelled.getEtag());
    assertThat(resumeStates()).isZero();
    for (String gone : List.of(running.getName(), "trainings/never-there")) {
      StatusDetails missing = Refusals.of(() -> trainer.get(gone));
      assertThat(missing.knownReason()).contains(Reason.TRAINING_NOT_FOUND);
      assertThat(missing.metadata()).containsEntry("name", gone);
      assertThat(Refusals.reason(() -> trainer.watch(gone, 0)))
          .isEqualTo(Reason.TRAINING_NOT_FOUND);
      assertThat(Refusals.reason(() -> cancel(gone, ""))).isEqualTo(Reason.TRAINING_NOT_FOUND);
      assertThat(Refusals.reason(() -> delete(gone, ""))).isEqualTo(Reason.TRAINING_NOT_FOUND);
    }
    StatusDetails beyond = Refusals.of(() -> trainer.watch(done.getName(), 1_000));
    assertThat(beyond.knownReason()).contains(Reason.POSITION_OUT_OF_RANGE);
    assertThat(beyond.metadata())
        .containsEntry("last", Long.toString(trainer.get(done.getName()).getLastEvent()));
  }

  @Test
  void aNetworkThatDoesNotLearnIsStoredAndMarked() {
    TrainingSpec.Builder spec = TrainerFixture.smallSpec();
    spec.getLearningRateBuilder().setBase(1e-9);
    spec.getStoppingRuleBuilder().setMaxEpochs(2);
    String name = trainer.create(spec.build()).getName();
    Training training = trainer.await(name, JobState.JOB_STATE_FAILED_TO_LEARN);
    assertThat(StatusDetails.of(training.getError()).knownReason())
        .contains(Reason.TRAINING_FAILED);
    CheckpointPair pair = trainer.pair(training.getPair());
    assertThat(pair.getOutcome()).isEqualTo(LearningOutcome.LEARNING_OUTCOME_FAILED_TO_LEARN);
    WatchTrainingResponse last = last(trainer.watch(name, 0));
    assertThat(last.getEvent().getStateChange().getError()).isEqualTo(training.getError());
  }

  @Test
  void aNetworkThatDivergesIsNotStored() {
    TrainingSpec.Builder spec = TrainerFixture.smallSpec().addCheckpointEpochs(1);
    spec.getLearningRateBuilder().setBase(1000);
    // Without a ReLU that could die first.
    spec.getNetworkBuilder()
        .getFullyConnectedBuilder()
        .getActivationBuilder()
        .setIdentity(Activation.Identity.getDefaultInstance());
    String name = trainer.create(spec.build()).getName();
    Training training = trainer.await(name, JobState.JOB_STATE_FAILED_TO_LEARN);
    StatusDetails error = StatusDetails.of(training.getError());
    assertThat(error.knownReason()).contains(Reason.TRAINING_FAILED);
    assertThat(error.metadata()).containsEntry("stopReason", "DIVERGED");
    assertThat(error.message()).contains("Nothing is stored");
    assertThat(training.getPair()).isEmpty();
    assertThat(Refusals.reason(() -> trainer.pair("pairs/" + name.substring(10))))
        .isEqualTo(Reason.PAIR_NOT_FOUND);
  }

  @Test
  void aStartWithoutAFiniteLossIsStoredAndMarked() {
    TrainingSpec.Builder spec = TrainerFixture.smallSpec();
    spec.setNetwork(TrainerFixture.fullyConnected(20, 24));
    spec.getNetworkBuilder().getInitializerBuilder().setScale(1000);
    String name = trainer.create(spec.build()).getName();
    Training training = trainer.await(name, JobState.JOB_STATE_FAILED_TO_LEARN);
    assertThat(StatusDetails.of(training.getError()).metadata())
        .containsEntry("stopReason", "DIVERGED");
    CheckpointPair pair = trainer.pair(training.getPair());
    assertThat(pair.getOutcome()).isEqualTo(LearningOutcome.LEARNING_OUTCOME_FAILED_TO_LEARN);
    assertThat(pair.getFinalEnd().getTrainLoss()).isNaN();
  }

  @Test
  void checkpointsAlongTheWayAreServed() throws Exception {
    TrainingSpec.Builder spec =
        TrainerFixture.smallSpec().addCheckpointEpochs(9).addCheckpointEpochs(4);
    CheckpointPair pair = succeed(trainer.create(spec.build()).getName());
    assertThat(pair.getEpochCheckpointsList())
        .extracting(checkpoint -> checkpoint.getWhich().getEpoch())
        .containsExactly(4, 9);
    assertThat(pair.getEpochCheckpoints(0).getTrainLoss())
        .isEqualTo(pair.getTrainingRecord().getEpochs(4).getTrainLoss());
    long bytes =
        trainer
            .pairs()
            .readTensors(
                ReadTensorsRequest.newBuilder()
                    .setName(pair.getName())
                    .setCheckpoint(CheckpointRef.newBuilder().setEpoch(4))
                    .build())
            .next()
            .getFile()
            .getBytes();
    assertThat(bytes).isEqualTo(pair.getEpochCheckpoints(0).getBytes());
    assertThat(
            Refusals.reason(
                () ->
                    trainer
                        .pairs()
                        .readTensors(
                            ReadTensorsRequest.newBuilder()
                                .setName(pair.getName())
                                .setCheckpoint(CheckpointRef.newBuilder().setEpoch(5))
                                .build())
                        .next()))
        .isEqualTo(Reason.CHECKPOINT_NOT_FOUND);
    assertThat(TrainingTest.read(trainer, pair.getName(), PairEnd.PAIR_END_INIT, 0, 4096))
        .hasSize((int) pair.getInitEnd().getBytes());
  }

  @Test
  void theStoppingRuleEndsTrainingEarly() {
    TrainingSpec.Builder spec = TrainerFixture.longSpec();
    spec.getStoppingRuleBuilder().setTrainError(0.0);
    CheckpointPair pair = succeed(trainer.create(spec.build()).getName());
    assertThat(pair.getTrainingRecord().getStopReason())
        .isEqualTo(StopReason.STOP_REASON_TRAIN_ERROR);
    assertThat(pair.getFinalEnd().getTrainError()).isZero();
  }

  @Test
  void samplesThatChangeAreNotTrainedOn() throws Exception {
    Training running = trainer.create(TrainerFixture.longSpec().build());
    awaitEpoch(running.getName(), 2);
    trainer.stop();
    Path labels = directory.resolve("small/train-labels-idx1-ubyte");
    byte[] bytes = Files.readAllBytes(labels);
    bytes[8] = (byte) (bytes[8] == 0 ? 1 : 0);
    Files.write(labels, bytes);
    trainer.start();
    Training failed = trainer.await(running.getName(), JobState.JOB_STATE_FAILED);
    assertThat(StatusDetails.of(failed.getError()).knownReason())
        .contains(Reason.DATASET_DIGEST_MISMATCH);
    bytes[8] = (byte) 0;
    Files.write(labels, bytes);
    trainer.restart();
    var unused = resume(running.getName());
    trainer.await(running.getName(), JobState.JOB_STATE_RUNNING);
    unused = cancel(running.getName(), "");
    trainer.await(running.getName(), JobState.JOB_STATE_CANCELLED);
  }

  @Test
  void aDamagedStateStartsAgainAndEndsInTheSameBits() throws Exception {
    TrainingSpec spec = mediumSpec().build();
    CheckpointPair unbroken = succeed(trainer.create(spec).getName());
    String name = trainer.create(spec).getName();
    awaitEpoch(name, 30);
    trainer.stop();
    Path state =
        directory.resolve(
            "data/checkpoints/resume/" + name.substring("trainings/".length()) + ".state");
    byte[] bytes = Files.readAllBytes(state);
    bytes[bytes.length / 2] ^= 1;
    Files.write(state, bytes);
    trainer.start();
    assertSameBits(succeed(name), unbroken);
    assertThat(TrainingTest.epochs(trainer.watch(name, 0)))
        .containsExactlyElementsOf(java.util.stream.IntStream.rangeClosed(0, 200).boxed().toList());
  }

  /** Two hundred epochs: long enough to be stopped in the midst of it. */
  static TrainingSpec.Builder mediumSpec() {
    TrainingSpec.Builder spec = TrainerFixture.smallSpec().setBatchSize(8);
    spec.getStoppingRuleBuilder().setMaxEpochs(200);
    return spec;
  }

  static void assertSameBits(CheckpointPair actual, CheckpointPair expected) {
    assertThat(actual.getInitEnd()).isEqualTo(expected.getInitEnd());
    assertThat(actual.getFinalEnd()).isEqualTo(expected.getFinalEnd());
    assertThat(actual.getEpochCheckpointsList()).isEqualTo(expected.getEpochCheckpointsList());
    assertThat(actual.getTrainingRecord().getClassesList())
        .isEqualTo(expected.getTrainingRecord().getClassesList());
    assertThat(actual.getTrainingRecord().getEpochsList())
        .usingElementComparator(
            (a, b) ->
                a.toBuilder().clearWallTime().build().equals(b.toBuilder().clearWallTime().build())
                    ? 0
                    : 1)
        .isEqualTo(expected.getTrainingRecord().getEpochsList());
  }

  private CheckpointPair succeed(String name) {
    return trainer.pair(trainer.await(name, JobState.JOB_STATE_SUCCEEDED).getPair());
  }

  private void awaitEpoch(String name, int epoch) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(10))
        .until(
            () -> {
              Training training = trainer.get(name);
              return training.hasLatestEpoch() && training.getLatestEpoch().getEpoch() >= epoch;
            });
  }

  private int resumeStates() {
    try (var states = Files.list(directory.resolve("data/checkpoints/resume"))) {
      return (int) states.count();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static WatchTrainingResponse last(List<WatchTrainingResponse> events) {
    return events.get(events.size() - 1);
  }

  private Training cancel(String name, String etag) {
    return trainer
        .trainings()
        .cancelTraining(CancelTrainingRequest.newBuilder().setName(name).setEtag(etag).build())
        .getTraining();
  }

  private Training resume(String name) {
    return trainer
        .trainings()
        .resumeTraining(ResumeTrainingRequest.newBuilder().setName(name).build())
        .getTraining();
  }

  private void delete(String name, String etag) {
    var unused =
        trainer
            .trainings()
            .deleteTraining(DeleteTrainingRequest.newBuilder().setName(name).setEtag(etag).build());
  }
}
