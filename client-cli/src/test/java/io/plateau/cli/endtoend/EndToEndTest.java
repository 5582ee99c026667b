package io.plateau.cli.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.cli.connection.Services;
import io.plateau.cli.embedded.EmbeddedServices;
import io.plateau.cli.evaluation.LocalEvaluation;
import io.plateau.core.checkpoint.PairDirectory;
import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.DatasetRegistry;
import io.plateau.core.kernel.Precision;
import io.plateau.core.path.AlphaGrid;
import io.plateau.core.path.EvaluationLimits;
import io.plateau.core.path.Measurements;
import io.plateau.core.path.Scheme;
import io.plateau.proto.common.v1.DatasetSpec;
import io.plateau.proto.common.v1.EndRef;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.NetworkSpec;
import io.plateau.proto.common.v1.PathEnds;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.CreateEvaluationRequest;
import io.plateau.proto.interpolator.v1.EndCheckStatus;
import io.plateau.proto.interpolator.v1.InterpolateRequest;
import io.plateau.proto.interpolator.v1.LayerContributionOptions;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.PathResult;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.interpolator.v1.PathSummary;
import io.plateau.proto.interpolator.v1.WatchEvaluationRequest;
import io.plateau.proto.trainer.v1.CreateTrainingRequest;
import io.plateau.proto.trainer.v1.GetPairRequest;
import io.plateau.proto.trainer.v1.GetTrainingRequest;
import io.plateau.proto.trainer.v1.PairView;
import io.plateau.proto.trainer.v1.StoppingRule;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingSpec;
import io.plateau.proto.trainer.v1.WatchTrainingRequest;
import io.plateau.proto.trainer.v1.WatchTrainingResponse;
import io.plateau.service.database.DatabaseSettings;
import io.plateau.service.database.PostgresServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both services on real ports: train, interpolate, and compare with the engine in this process, bit
 * for bit.
 */
class EndToEndTest {
  @TempDir private Path directory;

  @Test
  void onTheEmbeddedDatabase() throws Exception {
    study(List.of());
  }

  @Test
  @Tag("slow")
  void onPostgres() throws Exception {
    try (PostgresServer postgres = PostgresServer.start()) {
      List<String> databases = new ArrayList<>();
      for (String section : new String[] {"trainer", "interpolator"}) {
        DatabaseSettings database = postgres.createDatabase();
        databases.add("--" + section + ".database-url=" + database.url());
        databases.add("--" + section + ".database-user=" + database.user());
        databases.add("--" + section + ".database-password=" + database.password());
      }
      study(databases);
    }
  }

  private void study(List<String> databases) throws Exception {
    List<String> settings = new ArrayList<>(databases);
    for (String section : new String[] {"trainer", "interpolator"}) {
      settings.add("--" + section + ".port=0");
      settings.add("--" + section + ".metrics-port=0");
      settings.add("--" + section + ".data-directory=" + directory.resolve(section));
    }
    try (EmbeddedServices embedded = EmbeddedServices.start(settings, Map.of());
        Services services =
            Services.to(embedded.trainerAddress(), embedded.interpolatorAddress())) {
      Training training = train(services);
      assertThat(training.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
      assertThat(training.getPair()).isNotEmpty();
      assertThat(
              services
                  .pairs()
                  .getPair(
                      GetPairRequest.newBuilder()
                          .setName(training.getPair())
                          .setView(PairView.PAIR_VIEW_FULL)
                          .build())
                  .getPair()
                  .getTrainingRecord()
                  .getEpochsCount())
          .isEqualTo(4);

      PathSpec spec = spec(training.getPair());
      List<PathItem> streamed = new ArrayList<>();
      services
          .interpolation()
          .interpolate(InterpolateRequest.newBuilder().setSpec(spec).build())
          .forEachRemaining(response -> streamed.add(response.getItem()));
      List<Point> inProcess = inProcess(training.getPair());
      assertThat(points(streamed)).containsExactlyInAnyOrderElementsOf(inProcess);
      PathSummary summary = streamed.get(streamed.size() - 1).getSummary();
      assertThat(summary.getCurvesCount()).isEqualTo(2);
      assertThat(summary.getEndChecksList())
          .hasSize(4)
          .allMatch(check -> check.getStatus() == EndCheckStatus.END_CHECK_STATUS_MATCHED);

      String evaluation =
          services
              .evaluations()
              .createEvaluation(
                  CreateEvaluationRequest.newBuilder()
                      .setSpec(spec)
                      .setRequestId(UUID.randomUUID().toString())
                      .build())
              .getEvaluation()
              .getName();
      List<PathItem> durable = new ArrayList<>();
      services
          .evaluations()
          .watchEvaluation(WatchEvaluationRequest.newBuilder().setName(evaluation).build())
          .forEachRemaining(response -> durable.add(response.getItem()));
      assertThat(points(durable)).containsExactlyInAnyOrderElementsOf(inProcess);
    }
  }

  private static Training train(Services services) {
    Training training =
        services
            .trainings()
            .createTraining(
                CreateTrainingRequest.newBuilder()
                    .setSpec(
                        TrainingSpec.newBuilder()
                            .setNetwork(
                                NetworkSpec.newBuilder()
                                    .setFullyConnected(
                                        NetworkSpec.FullyConnected.newBuilder()
                                            .setDepth(3)
                                            .setWidth(48)))
                            .setDataset(
                                DatasetSpec.newBuilder()
                                    .setNamed(
                                        DatasetSpec.NamedDataset.newBuilder().setName("mnist-10k"))
                                    .setFirst(1_000))
                            .setSeed(3)
                            .setStoppingRule(StoppingRule.newBuilder().setMaxEpochs(3)))
                    .setRequestId(UUID.randomUUID().toString())
                    .build())
            .getTraining();
    int epochs = 0;
    long number = 0;
    Iterator<WatchTrainingResponse> items =
        services
            .trainings()
            .watchTraining(WatchTrainingRequest.newBuilder().setName(training.getName()).build());
    while (items.hasNext()) {
      WatchTrainingResponse item = items.next();
      if (item.hasEvent()) {
        assertThat(item.getEvent().getNumber()).isEqualTo(++number);
        epochs += item.getEvent().hasEpoch() ? 1 : 0;
      }
    }
    assertThat(epochs).isEqualTo(4);
    return services
        .trainings()
        .getTraining(GetTrainingRequest.newBuilder().setName(training.getName()).build())
        .getTraining();
  }

  private static PathSpec spec(String pair) {
    PathSpec.Builder spec =
        PathSpec.newBuilder()
            .setEnds(
                PathEnds.newBuilder()
                    .setFirst(
                        EndRef.newBuilder()
                            .setPair(EndRef.CataloguePair.newBuilder().setName(pair))));
    spec.addSchemesBuilder().getLinearBuilder();
    spec.addSchemesBuilder().getHomogeneousBiasBuilder();
    spec.getGridBuilder().getUniformBuilder().setCount(11);
    spec.getMeasurementsBuilder()
        .setLayerContributions(LayerContributionOptions.getDefaultInstance());
    return spec.build();
  }

  /** The same path by core's engine from the files that the trainer has written. */
  private List<Point> inProcess(String pair) {
    Path pairDirectory =
        directory
            .resolve("trainer")
            .resolve("checkpoints")
            .resolve("pairs")
            .resolve(pair.substring("pairs/".length()));
    PairDirectory files = PairDirectory.read(pairDirectory);
    Dataset data = new DatasetRegistry(Map.of()).open(files.manifest().orElseThrow().dataset());
    PathResult result =
        new LocalEvaluation(
                pairDirectory,
                files,
                data,
                List.of(new Scheme.Linear(), new Scheme.HomogeneousBias()),
                AlphaGrid.uniform(0, 1, 11),
                new Measurements(true, true),
                Precision.FLOAT32,
                EvaluationLimits.DEFAULT)
            .run((done, total) -> {});
    return result.getCurvesList().stream()
        .flatMap(curve -> curve.getPointsList().stream())
        .toList();
  }

  private static List<Point> points(List<PathItem> items) {
    return items.stream().filter(PathItem::hasPoint).map(PathItem::getPoint).toList();
  }
}
