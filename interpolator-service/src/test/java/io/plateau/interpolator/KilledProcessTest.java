package io.plateau.interpolator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.interpolator.v1.CreateEvaluationRequest;
import io.plateau.proto.interpolator.v1.Evaluation;
import io.plateau.proto.interpolator.v1.EvaluationServiceGrpc;
import io.plateau.proto.interpolator.v1.GetEvaluationRequest;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.interpolator.v1.WatchEvaluationRequest;
import io.plateau.proto.interpolator.v1.WatchEvaluationResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Interpolators in processes of their own, ended with and without warning. */
@Tag("slow")
class KilledProcessTest {
  private static final int ALPHAS = 401;

  @TempDir Path directory;

  /** Killed at random moments, an evaluation ends with the points of an undisturbed one. */
  @Test
  void anEvaluationSurvivesItsProcess() throws Exception {
    try (Pairs pairs = new Pairs(directory);
        InterpolatorFixture fixture = new InterpolatorFixture(directory, pairs)) {
      PathSpec spec =
          InterpolatorFixture.spec(pairs.uri(Pairs.LARGE))
              .setGrid(InterpolatorFixture.uniform(ALPHAS))
              .build();
      Random random = new Random(4);
      Map<String, String> flags = new HashMap<>(fixture.flags());
      List<PathItem> seen = new ArrayList<>();
      String name = "";
      for (int kill = 0; kill < 3; kill++) {
        int port = InterpolatorProcess.freePort();
        flags.put("interpolator.port", Integer.toString(port));
        Process process = InterpolatorProcess.start(flags, directory.resolve("log"));
        ManagedChannel channel =
            NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
          EvaluationServiceGrpc.EvaluationServiceBlockingStub stub =
              EvaluationServiceGrpc.newBlockingStub(channel).withWaitForReady();
          if (kill == 0) {
            name =
                stub.createEvaluation(CreateEvaluationRequest.newBuilder().setSpec(spec).build())
                    .getEvaluation()
                    .getName();
          }
          int enough = seen.size() + 20 + random.nextInt(60);
          watchUntil(stub, name, seen, enough, process);
        } finally {
          process.destroyForcibly();
          process.waitFor();
          channel.shutdownNow();
        }
      }

      fixture.start();
      Iterator<WatchEvaluationResponse> rest =
          fixture
              .evaluations()
              .watchEvaluation(
                  WatchEvaluationRequest.newBuilder()
                      .setName(name)
                      .setAfterSequence(seen.get(seen.size() - 1).getSequence())
                      .build());
      rest.forEachRemaining(answer -> keep(seen, answer.getItem()));
      for (int i = 0; i < seen.size(); i++) {
        assertThat(seen.get(i).getSequence()).isEqualTo(i + 1);
      }
      assertThat(seen.stream().filter(PathItem::hasPoint).map(PathItem::getPoint).toList())
          .isEqualTo(
              fixture.interpolate(spec).stream()
                  .filter(PathItem::hasPoint)
                  .map(PathItem::getPoint)
                  .toList());
      Evaluation done =
          fixture
              .evaluations()
              .getEvaluation(GetEvaluationRequest.newBuilder().setName(name).build())
              .getEvaluation();
      assertThat(done.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    }
  }

  private static void watchUntil(
      EvaluationServiceGrpc.EvaluationServiceBlockingStub stub,
      String name,
      List<PathItem> seen,
      int enough,
      Process process) {
    long after = seen.isEmpty() ? 0 : seen.get(seen.size() - 1).getSequence();
    Iterator<WatchEvaluationResponse> items =
        stub.watchEvaluation(
            WatchEvaluationRequest.newBuilder().setName(name).setAfterSequence(after).build());
    try {
      while (items.hasNext()) {
        keep(seen, items.next().getItem());
        if (seen.size() >= enough) {
          process.destroyForcibly();
        }
      }
    } catch (StatusRuntimeException killed) {
      assertThat(seen).hasSizeGreaterThanOrEqualTo(enough);
    }
  }

  private static void keep(List<PathItem> seen, PathItem item) {
    if (!item.hasProgress()) {
      seen.add(item);
    }
  }

  @Test
  void sigtermEndsWithExitCode143() throws Exception {
    try (Pairs pairs = new Pairs(directory);
        InterpolatorFixture fixture = new InterpolatorFixture(directory, pairs)) {
      int port = InterpolatorProcess.freePort();
      fixture.with("interpolator.port", Integer.toString(port));
      Process process = InterpolatorProcess.start(fixture.flags(), directory.resolve("log"));
      awaitText("Serving", process);

      process.destroy();

      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
    }
  }

  @Test
  void badSettingsEndWithExitCode2AndWords() throws Exception {
    Process process =
        InterpolatorProcess.start(
            Map.of("interpolator.devise", "cpu", "interpolator.device", "quantum"),
            directory.resolve("log"));

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(Files.readString(directory.resolve("log")))
        .contains("did you mean interpolator.device")
        .contains("auto, cpu, cuda");
  }

  private void awaitText(String text, Process process) throws IOException {
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              assertThat(process.isAlive()).isTrue();
              return Files.readString(directory.resolve("log")).contains(text);
            });
  }
}
