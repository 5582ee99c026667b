package io.plateau.trainer;

import static io.plateau.trainer.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.NetworkSpec;
import io.plateau.proto.common.v1.Precision;
import io.plateau.proto.common.v1.Split;
import io.plateau.proto.trainer.v1.CancelTrainingRequest;
import io.plateau.proto.trainer.v1.CreateTrainingRequest;
import io.plateau.proto.trainer.v1.DeleteTrainingRequest;
import io.plateau.proto.trainer.v1.ListTrainingsRequest;
import io.plateau.proto.trainer.v1.SweepSpec;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingSpec;
import io.plateau.service.errors.Reason;
import io.plateau.service.errors.StatusDetails;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What may be asked for, and what is answered to what may not. */
class CreateTrainingTest {
  @TempDir static Path directory;
  private static TrainerFixture trainer;

  @BeforeAll
  static void start() {
    trainer =
        new TrainerFixture(directory)
            .with("trainer.max-parameters", "100000")
            .with("trainer.max-samples", "5000")
            .with("trainer.max-epochs", "20000")
            .with("trainer.max-queued", "3")
            .start();
  }

  @AfterAll
  static void stop() {
    trainer.close();
  }

  @Test
  void theSameRequestIdGivesTheSameTraining() {
    CreateTrainingRequest request =
        CreateTrainingRequest.newBuilder()
            .setSpec(TrainerFixture.smallSpec())
            .setRequestId("once")
            .setPriority(3)
            .putLabels("depth", "3")
            .putLabels("seed", "7")
            .build();
    Training first = trainer.create(request);
    assertThat(first.getPriority()).isEqualTo(3);
    assertThat(trainer.create(request).getName()).isEqualTo(first.getName());
    Training done = trainer.await(first.getName(), JobState.JOB_STATE_SUCCEEDED);
    assertThat(trainer.create(request)).isEqualTo(done);
    assertThat(done.getLabelsMap()).isEqualTo(Map.of("depth", "3", "seed", "7"));
    assertThat(trainer.pair(done.getPair()).getLabelsMap()).isEqualTo(done.getLabelsMap());

    for (CreateTrainingRequest other :
        List.of(
            request.toBuilder().setSpec(TrainerFixture.smallSpec().setSeed(8)).build(),
            request.toBuilder().setPriority(4).build(),
            request.toBuilder().putLabels("more", "").build(),
            request.toBuilder().setTrainingId("named").build())) {
      StatusDetails refused = Refusals.of(() -> trainer.create(other));
      assertThat(refused.knownReason()).contains(Reason.REQUEST_ID_REUSED);
      assertThat(refused.metadata()).containsEntry("request_id", "once");
    }
  }

  @Test
  void anIdAskedForIsTakenOnce() {
    CreateTrainingRequest request =
        CreateTrainingRequest.newBuilder()
            .setSpec(TrainerFixture.smallSpec())
            .setTrainingId("my-training-1")
            .build();
    Training training = trainer.create(request);
    assertThat(training.getName()).isEqualTo("trainings/my-training-1");
    assertThat(Refusals.reason(() -> trainer.create(request))).isEqualTo(Reason.TRAINING_EXISTS);
    Training done = trainer.await(training.getName(), JobState.JOB_STATE_SUCCEEDED);
    assertThat(done.getPair()).isEqualTo("pairs/my-training-1");
    trainer
        .trainings()
        .deleteTraining(DeleteTrainingRequest.newBuilder().setName(done.getName()).build());
    // Its pair stays, under the name that the new one's would have.
    assertRefused(() -> trainer.create(request), Reason.PAIR_EXISTS, "training_id");
    assertThat(trainer.pair(done.getPair()).getTraining()).isEqualTo(done.getName());
  }

  @Test
  void validateOnlyStoresNothing() {
    int before = count();
    Training preview =
        trainer.create(
            CreateTrainingRequest.newBuilder()
                .setSpec(TrainerFixture.smallSpec())
                .setRequestId("never")
                .setTrainingId("never")
                .setValidateOnly(true)
                .putLabels("a", "b")
                .build());
    assertThat(preview.getName()).isEmpty();
    assertThat(preview.getState()).isEqualTo(JobState.JOB_STATE_UNSPECIFIED);
    assertThat(preview.getNetwork().getLayersCount()).isEqualTo(5);
    assertThat(preview.getDataset().getDigest()).startsWith("sha256:");
    assertThat(preview.getProgress().getTotal()).isEqualTo(12 * 8);
    assertThat(preview.getLabelsMap()).containsEntry("a", "b");
    assertThat(count()).isEqualTo(before);
    assertRefused(
        () ->
            trainer.create(
                CreateTrainingRequest.newBuilder()
                    .setSpec(TrainerFixture.smallSpec().setBatchSize(0))
                    .setValidateOnly(true)
                    .build()),
        Reason.REQUEST_INVALID,
        "spec.batch_size");
  }

  @Test
  void aFullQueueSaysWhenToComeBack() {
    Training running = trainer.create(TrainerFixture.longSpec().build());
    trainer.await(running.getName(), JobState.JOB_STATE_RUNNING);
    List<Training> waiting =
        List.of(
            trainer.create(TrainerFixture.longSpec().setSeed(1).build()),
            trainer.create(TrainerFixture.longSpec().setSeed(2).build()),
            trainer.create(TrainerFixture.longSpec().setSeed(3).build()));
    StatusDetails refused =
        Refusals.of(() -> trainer.create(TrainerFixture.longSpec().setSeed(4).build()));
    assertThat(refused.knownReason()).contains(Reason.QUEUE_FULL);
    assertThat(refused.retryDelay()).isPresent();
    waiting.forEach(training -> cancel(training.getName()));
    cancel(running.getName());
    trainer.await(running.getName(), JobState.JOB_STATE_CANCELLED);
  }

  @TestFactory
  List<DynamicTest> refusals() {
    return List.of(
        refused("network", Reason.REQUEST_INVALID, "spec.network", spec -> spec.clearNetwork()),
        refused("dataset", Reason.REQUEST_INVALID, "spec.dataset", spec -> spec.clearDataset()),
        refused(
            "no such data",
            Reason.DATASET_NOT_FOUND,
            "spec.dataset",
            spec -> spec.getDatasetBuilder().getNamedBuilder().setName("nothing-here")),
        refused(
            "class not there",
            Reason.DATASET_INVALID,
            "spec.dataset.classes",
            spec -> spec.getDatasetBuilder().addClasses(1).addClasses(9)),
        refused(
            "other data",
            Reason.DATASET_DIGEST_MISMATCH,
            "spec.dataset",
            spec -> spec.getDatasetBuilder().setDigest("sha256:" + "0".repeat(64))),
        refused(
            "label noise",
            Reason.NOT_IMPLEMENTED,
            "spec.dataset.label_noise",
            spec -> spec.getDatasetBuilder().getLabelNoiseBuilder().setShare(0.1)),
        refused(
            "vgg",
            Reason.NOT_IMPLEMENTED,
            "spec.network.vgg16",
            spec ->
                spec.setNetwork(NetworkSpec.newBuilder().setVgg16(NetworkSpec.Vgg16.newBuilder()))),
        refused(
            "too large",
            Reason.LIMIT_EXCEEDED,
            "spec.network",
            spec -> spec.setNetwork(TrainerFixture.fullyConnected(4, 1024))),
        refused(
            "too many samples",
            Reason.LIMIT_EXCEEDED,
            "spec.dataset",
            spec -> spec.getDatasetBuilder().getNamedBuilder().setName("mnist-10k")),
        refused(
            "too many epochs",
            Reason.LIMIT_EXCEEDED,
            "spec.stopping_rule.max_epochs",
            spec -> spec.getStoppingRuleBuilder().setMaxEpochs(20_001)),
        refused(
            "Adam",
            Reason.NOT_IMPLEMENTED,
            "spec.optimizer.adam",
            spec -> spec.getOptimizerBuilder().getAdamBuilder().setBeta1(0.5)),
        refused(
            "time",
            Reason.NOT_IMPLEMENTED,
            "spec.stopping_rule.max_duration",
            spec -> spec.getStoppingRuleBuilder().getMaxDurationBuilder().setSeconds(5)),
        refused(
            "float64",
            Reason.NOT_IMPLEMENTED,
            "spec.precision",
            spec -> spec.setPrecision(Precision.PRECISION_FLOAT64)),
        refused(
            "warm-up and steps",
            Reason.NOT_IMPLEMENTED,
            "spec.learning_rate.warm_up",
            spec -> {
              spec.getLearningRateBuilder().getWarmUpBuilder().setEpochs(1);
              spec.getLearningRateBuilder().getStepBuilder().setEveryEpochs(1);
            }),
        refused(
            "record of steps",
            Reason.NOT_IMPLEMENTED,
            "spec.record.every_steps",
            spec -> spec.getRecordBuilder().setEverySteps(1)),
        refused(
            "rate",
            Reason.REQUEST_INVALID,
            "spec.learning_rate.base",
            spec -> spec.getLearningRateBuilder().setBase(-1)),
        refused(
            "cosine above base",
            Reason.TRAINING_INVALID,
            "spec.learning_rate.cosine.final_rate",
            spec ->
                spec.getLearningRateBuilder().setBase(0.1).getCosineBuilder().setFinalRate(0.2)),
        refused(
            "late checkpoint",
            Reason.TRAINING_INVALID,
            "spec.checkpoint_epochs[1]",
            spec -> spec.addCheckpointEpochs(3).addCheckpointEpochs(13)),
        refused(
            "held-out data of another shape",
            Reason.TRAINING_INVALID,
            "spec.held_out_dataset",
            spec ->
                spec.getHeldOutDatasetBuilder()
                    .setSplit(Split.SPLIT_TEST)
                    .getNamedBuilder()
                    .setName("mnist-10k")),
        refused(
            "held-out data that are not there",
            Reason.DATASET_NOT_FOUND,
            "spec.held_out_dataset",
            spec -> spec.getHeldOutDatasetBuilder().getNamedBuilder().setName("none")),
        refused(
            "too few classes",
            Reason.NETWORK_INVALID,
            "spec.network.classes",
            spec -> spec.getNetworkBuilder().setClasses(3)));
  }

  private static DynamicTest refused(
      String what, Reason reason, String field, Consumer<TrainingSpec.Builder> change) {
    return DynamicTest.dynamicTest(
        what,
        () -> {
          TrainingSpec.Builder spec = TrainerFixture.smallSpec();
          change.accept(spec);
          int before = count();
          assertRefused(() -> trainer.create(spec.build()), reason, field);
          assertThat(count()).isEqualTo(before);
        });
  }

  @Test
  void aSweepIsRefusedForNow() {
    SweepSpec.Builder sweep = SweepSpec.newBuilder().setBase(TrainerFixture.smallSpec());
    sweep.addAxesBuilder().getSeedsBuilder().addValues(1).addValues(2);
    assertRefused(
        () -> trainer.create(CreateTrainingRequest.newBuilder().setSweep(sweep).build()),
        Reason.NOT_IMPLEMENTED,
        "sweep");
  }

  private static void cancel(String name) {
    var unused =
        trainer
            .trainings()
            .cancelTraining(CancelTrainingRequest.newBuilder().setName(name).build());
  }

  private static int count() {
    return trainer
        .trainings()
        .listTrainings(ListTrainingsRequest.newBuilder().setPageSize(1000).build())
        .getTrainingsCount();
  }
}
