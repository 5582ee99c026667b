package io.plateau.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.proto.common.v1.GetServerInfoRequest;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.ServerInfo;
import io.plateau.proto.common.v1.ServerKind;
import io.plateau.service.metrics.MetricDefinition;
import io.plateau.trainer.configuration.TrainerConfiguration;
import io.plateau.trainer.metrics.TrainerMetrics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scrapes a trainer that works, and asks it what it is. */
class TrainerMetricsTest {

  @Test
  void everyMetricOfTheCatalogueIsScraped(@TempDir Path directory) throws Exception {
    try (TrainerFixture trainer = new TrainerFixture(directory).start()) {
      String idle = scrape(trainer);
      assertThat(idle).contains("trainer_jobs{state=\"succeeded\"} 0.0", "trainer_pairs 0.0");
      String name = trainer.create(TrainerFixture.smallSpec().build()).getName();
      trainer.await(name, JobState.JOB_STATE_SUCCEEDED);
      Awaitility.await()
          .until(() -> scrape(trainer).contains("trainer_attempts_total{state=\"succeeded\"} 1.0"));
      String scrape = scrape(trainer);
      assertThat(scrape)
          .contains(
              "trainer_jobs{state=\"succeeded\"} 1.0",
              "trainer_jobs{state=\"running\"} 0.0",
              "trainer_samples_total 3072.0",
              "trainer_step_duration_seconds_count 96",
              "trainer_epoch_duration_seconds_count 12",
              "trainer_queue_wait_seconds_count 1",
              "trainer_checkpoint_duration_seconds_count{op=\"write\"} 2",
              "trainer_checkpoint_duration_seconds_count{op=\"commit\"} 1",
              "trainer_pairs 1.0")
          // A worker without a training has no loss.
          .doesNotContain("trainer_training_loss{");
      String running = trainer.create(TrainerFixture.longSpec().build()).getName();
      Awaitility.await()
          .until(() -> scrape(trainer).contains("trainer_training_loss{worker=\"0\"}"));
      assertThat(missing(scrape(trainer))).isEmpty();
      assertThat(scrape(trainer)).doesNotContain(running.substring("trainings/".length()));
    }
  }

  @Test
  void theServerTellsWhatItIsAndAllows(@TempDir Path directory) {
    try (TrainerFixture trainer =
        new TrainerFixture(directory).with("trainer.max-queued", "12").start()) {
      ServerInfo info =
          trainer.info().getServerInfo(GetServerInfoRequest.getDefaultInstance()).getServer();
      assertThat(info.getKind()).isEqualTo(ServerKind.SERVER_KIND_TRAINER);
      assertThat(info.getDatasetsList())
          .contains("fashion-mnist", "mnist", "mnist-10k", SmallDataset.NAME)
          .isSorted();
      assertThat(info.getLimits().getMaxQueuedJobs()).isEqualTo(12);
      assertThat(info.getBuild().getVersion()).isNotEmpty();
      assertThat(info.getBuild().getBackend()).startsWith("nd4j");
      assertThat(info.getInstance()).isNotEmpty();
    }
  }

  @Test
  void everySettingHasADefaultThatIsTheSameOnEveryMachine() {
    assertThat(TrainerConfiguration.catalogue().keys())
        .noneMatch(key -> key.defaultText().contains(System.getProperty("user.home")));
  }

  private static List<String> missing(String scrape) {
    List<String> missing = new ArrayList<>();
    for (MetricDefinition metric : TrainerMetrics.CATALOGUE.definitions()) {
      if (!scrape.contains("# TYPE " + metric.name() + " ")) {
        missing.add(metric.name());
      }
    }
    return missing;
  }

  private static String scrape(TrainerFixture trainer) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:" + trainer.server().metricsPort() + "/metrics"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
