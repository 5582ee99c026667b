package io.plateau.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.checkpoint.LocalCheckpointStore;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.CreateTrainingRequest;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingSpec;
import io.plateau.proto.trainer.v1.WatchTrainingResponse;
import io.plateau.service.database.DatabaseKind;
import io.plateau.service.database.PostgresExtension;
import io.plateau.service.database.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kills the trainer's process at random moments. */
@ExtendWith(PostgresExtension.class)
class CrashTest {
  private static final int EPOCHS = 120;
  private static final int LONGEST_LIFE_MILLIS = 2_500;

  @ParameterizedTest
  @Tag("slow")
  @CsvSource({"H2, 20", "POSTGRESQL, 8"})
  void everyPairIsWholeOrNotThereAndEndsInTheSameBits(
      DatabaseKind kind, int kills, PostgresServer postgres, @TempDir Path directory)
      throws Exception {
    CheckpointPair unbroken = unbroken(directory.resolve("unbroken"));
    TrainerFixture client = client(directory).on(kind.createDatabase(postgres, directory));
    Random random = new Random(kills);
    List<String> names = new ArrayList<>();
    Path log = directory.resolve("trainer.log");
    for (int kill = 0; kill < kills; kill++) {
      try (TrainerProcess trainer = TrainerProcess.start(client.flags(), log)) {
        client.connect(trainer.port());
        if (names.isEmpty() || isOver(client, names.get(names.size() - 1))) {
          names.add(create(client, "t" + names.size()).getName());
        }
        Thread.sleep(random.nextInt(LONGEST_LIFE_MILLIS));
        trainer.kill();
        client.disconnect();
      }
      assertWholePairs(directory.resolve("data/checkpoints"));
    }
    try (TrainerProcess trainer = TrainerProcess.start(client.flags(), log)) {
      client.connect(trainer.port());
      for (String name : names) {
        Training done = client.await(name, JobState.JOB_STATE_SUCCEEDED);
        TrainingLifeTest.assertSameBits(client.pair(done.getPair()), unbroken);
        List<WatchTrainingResponse> events = client.watch(name, 0);
        TrainingTest.assertNumbered(events, name);
        assertThat(TrainingTest.epochs(events))
            .containsExactlyElementsOf(IntStream.rangeClosed(0, EPOCHS).boxed().toList());
        assertThat(events.stream().filter(event -> event.getEvent().hasCheckpointStored()))
            .hasSize(4);
      }
      assertThat(trainer.terminate()).isEqualTo(143);
    }
    assertWholePairs(directory.resolve("data/checkpoints"));
  }

  @Test
  void sigtermSavesAndExitsWith143(@TempDir Path directory) throws Exception {
    CheckpointPair unbroken = unbroken(directory.resolve("unbroken"));
    TrainerFixture client = client(directory);
    Path log = directory.resolve("trainer.log");
    String name;
    try (TrainerProcess trainer = TrainerProcess.start(client.flags(), log)) {
      client.connect(trainer.port());
      name = create(client, "t").getName();
      client.await(name, JobState.JOB_STATE_RUNNING);
      Thread.sleep(200);
      assertThat(trainer.terminate()).isEqualTo(143);
      client.disconnect();
    }
    client.with("trainer.port", "0").with("trainer.metrics-port", "0").start();
    try (client) {
      Training done = client.await(name, JobState.JOB_STATE_SUCCEEDED);
      TrainingLifeTest.assertSameBits(client.pair(done.getPair()), unbroken);
    }
  }

  @Test
  void whatCantStartSaysWhyAndExits(@TempDir Path directory) throws Exception {
    TrainerFixture client = client(directory);
    Path log = directory.resolve("trainer.log");
    client.with("trainer.prt", "1");
    assertThat(TrainerProcess.launch(client.flags(), log).waitFor()).isEqualTo(2);
    assertThat(Files.readString(log)).contains("trainer.prt", "did you mean trainer.port");
    client.flags().remove("trainer.prt");
    client.with("trainer.database-url", "jdbc:postgresql://127.0.0.1:1/none");
    assertThat(TrainerProcess.launch(client.flags(), log).waitFor()).isEqualTo(1);
    assertThat(Files.readString(log)).contains("can't be reached").doesNotContain("\tat ");
  }

  private static TrainerFixture client(Path directory) throws Exception {
    return new TrainerFixture(directory)
        .with("trainer.port", Integer.toString(TrainerProcess.freePort()))
        .with("trainer.metrics-port", Integer.toString(TrainerProcess.freePort()));
  }

  private static Training create(TrainerFixture client, String id) {
    return client.create(
        CreateTrainingRequest.newBuilder().setTrainingId(id).setSpec(spec()).build());
  }

  private static TrainingSpec spec() {
    TrainingSpec.Builder spec =
        TrainingLifeTest.mediumSpec().addCheckpointEpochs(40).addCheckpointEpochs(90);
    spec.getStoppingRuleBuilder().setMaxEpochs(EPOCHS);
    spec.getSaveIntervalBuilder().setSeconds(1);
    return spec.build();
  }

  private static CheckpointPair unbroken(Path directory) {
    try (TrainerFixture trainer = new TrainerFixture(directory).start()) {
      String name = create(trainer, "t").getName();
      return trainer.pair(trainer.await(name, JobState.JOB_STATE_SUCCEEDED).getPair());
    }
  }

  private static boolean isOver(TrainerFixture client, String name) {
    return TrainerFixture.isFinal(client.get(name).getState());
  }

  private static void assertWholePairs(Path root) throws Exception {
    try (LocalCheckpointStore store = LocalCheckpointStore.openReadOnly(root);
        Stream<Path> folders = Files.list(root.resolve("pairs"))) {
      assertThat(folders.map(folder -> folder.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(store.list());
      for (String pair : store.list()) {
        assertThat(store.verify(pair)).isEmpty();
      }
    }
  }
}
