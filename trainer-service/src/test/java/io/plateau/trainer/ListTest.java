package io.plateau.trainer;

import static io.plateau.trainer.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.trainer.v1.CancelTrainingRequest;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.CreateTrainingRequest;
import io.plateau.proto.trainer.v1.ListPairsRequest;
import io.plateau.proto.trainer.v1.ListPairsResponse;
import io.plateau.proto.trainer.v1.ListTrainingsRequest;
import io.plateau.proto.trainer.v1.ListTrainingsResponse;
import io.plateau.proto.trainer.v1.PairView;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingSpec;
import io.plateau.service.database.DatabaseKind;
import io.plateau.service.database.PostgresExtension;
import io.plateau.service.database.PostgresServer;
import io.plateau.service.errors.Reason;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Lists of trainings and pairs: pages, filters, orders and views. */
@ParameterizedClass
@EnumSource(DatabaseKind.class)
@ExtendWith(PostgresExtension.class)
class ListTest {
  @Parameter DatabaseKind kind;
  @TempDir Path directory;
  private TrainerFixture trainer;
  private final List<String> names = new ArrayList<>();

  @BeforeEach
  void start(PostgresServer postgres) {
    trainer = new TrainerFixture(directory).on(kind.createDatabase(postgres, directory)).start();
    for (int i = 0; i < 5; i++) {
      TrainingSpec.Builder spec = TrainerFixture.smallSpec().setSeed(i);
      spec.getStoppingRuleBuilder().setMaxEpochs(i == 4 ? 20_000 : 6);
      String name =
          trainer
              .create(
                  CreateTrainingRequest.newBuilder()
                      .setSpec(spec)
                      .setTrainingId("t" + i)
                      .setPriority(i % 2 == 0 ? 1 : 0)
                      .putLabels("seed", Integer.toString(i))
                      .putLabels("parity", i % 2 == 0 ? "even one" : "odd")
                      .build())
              .getName();
      names.add(name);
      if (i < 4) {
        trainer.await(name, JobState.JOB_STATE_SUCCEEDED);
      }
    }
    var unused =
        trainer
            .trainings()
            .cancelTraining(CancelTrainingRequest.newBuilder().setName("trainings/t4").build());
    trainer.await("trainings/t4", JobState.JOB_STATE_CANCELLED);
  }

  @AfterEach
  void stop() {
    trainer.close();
  }

  @Test
  void trainingsComeInPagesFilteredAndOrdered() {
    assertThat(trainings("", "")).containsExactly("t4", "t3", "t2", "t1", "t0");
    assertThat(trainings("", "create_time")).containsExactly("t0", "t1", "t2", "t3", "t4");
    assertThat(trainings("", "priority desc, create_time"))
        .containsExactly("t0", "t2", "t4", "t1", "t3");
    assertThat(trainings("", "update_time desc")).startsWith("t4");
    assertThat(trainings("state = \"SUCCEEDED\"", "")).containsExactly("t3", "t2", "t1", "t0");
    assertThat(trainings("state != SUCCEEDED", "")).containsExactly("t4");
    assertThat(trainings("labels.parity = \"even one\" AND state = SUCCEEDED", ""))
        .containsExactly("t2", "t0");
    assertThat(trainings("labels.parity != odd", "create_time")).containsExactly("t0", "t2", "t4");
    assertThat(trainings("labels.none = \"x\"", "")).isEmpty();
    assertThat(trainings("pair = \"pairs/t2\"", "")).containsExactly("t2");
    assertThat(trainings("pair = \"\"", "")).containsExactly("t4");
    assertThat(trainings("pair != \"pairs/t2\"", "")).containsExactly("t4", "t3", "t1", "t0");
    Training middle = trainer.get("trainings/t2");
    String time =
        Instant.ofEpochSecond(
                middle.getCreateTime().getSeconds(), middle.getCreateTime().getNanos())
            .toString();
    assertThat(trainings("create_time >= \"" + time + "\"", "")).containsExactly("t4", "t3", "t2");
    assertThat(trainings("create_time < " + time, "")).containsExactly("t1", "t0");

    ListTrainingsResponse all =
        trainer.trainings().listTrainings(ListTrainingsRequest.getDefaultInstance());
    Training listed = all.getTrainings(1);
    assertThat(listed.getNetwork().getLayersCount()).isZero();
    assertThat(listed.getNetwork().getParameters().getTensorsCount()).isZero();
    assertThat(listed.getNetwork().getParameters().getParameterCount()).isPositive();
    assertThat(listed.toBuilder().clearNetwork().build())
        .isEqualTo(trainer.get(listed.getName()).toBuilder().clearNetwork().build());
  }

  @Test
  void pairsComeInPagesFilteredAndOrdered() {
    assertThat(pairs("", "")).containsExactly("t3", "t2", "t1", "t0");
    assertThat(pairs("", "create_time asc")).containsExactly("t0", "t1", "t2", "t3");
    assertThat(pairs("labels.seed = 2", "")).containsExactly("t2");
    assertThat(pairs("labels.parity = odd AND labels.seed != 1", "")).containsExactly("t3");
    assertThat(pairs("training = \"trainings/t1\"", "")).containsExactly("t1");
    ListPairsResponse basic = trainer.pairs().listPairs(ListPairsRequest.getDefaultInstance());
    CheckpointPair listed = basic.getPairs(0);
    CheckpointPair whole = trainer.pair("pairs/t3");
    assertThat(listed.getTrainingRecord().getEpochsCount()).isZero();
    assertThat(listed.getNetwork().getLayersCount()).isZero();
    assertThat(listed.getEtag()).isEqualTo(whole.getEtag());
    assertThat(listed.getFinalEnd()).isEqualTo(whole.getFinalEnd());
    ListPairsResponse full =
        trainer
            .pairs()
            .listPairs(ListPairsRequest.newBuilder().setView(PairView.PAIR_VIEW_FULL).build());
    assertThat(full.getPairs(0)).isEqualTo(whole);
  }

  @Test
  void whatCantBeReadIsRefusedWithItsPlace() {
    for (String filter :
        List.of(
            "state",
            "state =",
            "state = \"SUCCEEDED",
            "state = NEVER",
            "state < SUCCEEDED",
            "colour = blue",
            "parent = x",
            "kind = training",
            "state = SUCCEEDED OR state = FAILED",
            "create_time > yesterday",
            "labels. = 1",
            "priority = 1 = 2")) {
      assertRefused(() -> trainings(filter, ""), Reason.FILTER_INVALID, "filter");
    }
    for (String order : List.of("state", "create_time down", "create_time,", "priority,priority")) {
      assertRefused(() -> trainings("", order), Reason.FILTER_INVALID, "order_by");
      assertRefused(() -> pairs("", order), Reason.FILTER_INVALID, "order_by");
    }
    String token =
        trainer
            .trainings()
            .listTrainings(ListTrainingsRequest.newBuilder().setPageSize(2).build())
            .getNextPageToken();
    for (ListTrainingsRequest bad :
        List.of(
            ListTrainingsRequest.newBuilder().setPageToken("nonsense").build(),
            ListTrainingsRequest.newBuilder().setPageToken(token).setFilter("state=FAILED").build(),
            ListTrainingsRequest.newBuilder().setPageToken(token).setOrderBy("priority").build(),
            ListTrainingsRequest.newBuilder().setPageToken(token + "A").build())) {
      assertRefused(
          () -> {
            var unused = trainer.trainings().listTrainings(bad);
          },
          Reason.PAGE_TOKEN_INVALID,
          "page_token");
    }
  }

  /** Ids in the order of the list, read two at a time. */
  private List<String> trainings(String filter, String order) {
    List<String> ids = new ArrayList<>();
    String token = "";
    do {
      ListTrainingsResponse page =
          trainer
              .trainings()
              .listTrainings(
                  ListTrainingsRequest.newBuilder()
                      .setPageSize(2)
                      .setPageToken(token)
                      .setFilter(filter)
                      .setOrderBy(order)
                      .build());
      page.getTrainingsList()
          .forEach(training -> ids.add(training.getName().substring("trainings/".length())));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return ids;
  }

  private List<String> pairs(String filter, String order) {
    List<String> ids = new ArrayList<>();
    String token = "";
    do {
      ListPairsResponse page =
          trainer
              .pairs()
              .listPairs(
                  ListPairsRequest.newBuilder()
                      .setPageSize(2)
                      .setPageToken(token)
                      .setFilter(filter)
                      .setOrderBy(order)
                      .build());
      page.getPairsList().forEach(pair -> ids.add(pair.getName().substring("pairs/".length())));
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return ids;
  }
}
