package io.plateau.interpolator.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.interpolator.Errors;
import io.plateau.interpolator.InterpolatorFixture;
import io.plateau.interpolator.Pairs;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.CancelEvaluationRequest;
import io.plateau.proto.interpolator.v1.CreateEvaluationRequest;
import io.plateau.proto.interpolator.v1.CurveFormat;
import io.plateau.proto.interpolator.v1.DeleteEvaluationRequest;
import io.plateau.proto.interpolator.v1.Evaluation;
import io.plateau.proto.interpolator.v1.GetCurveRequest;
import io.plateau.proto.interpolator.v1.GetCurveResponse;
import io.plateau.proto.interpolator.v1.GetEvaluationRequest;
import io.plateau.proto.interpolator.v1.ListEvaluationsRequest;
import io.plateau.proto.interpolator.v1.ListEvaluationsResponse;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.interpolator.v1.WatchEvaluationRequest;
import io.plateau.proto.interpolator.v1.WatchEvaluationResponse;
import io.plateau.service.database.DatabaseKind;
import io.plateau.service.database.PostgresExtension;
import io.plateau.service.database.PostgresServer;
import io.plateau.service.errors.Reason;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Durable evaluations over a real connection and a real database. */
@ParameterizedClass
@EnumSource(DatabaseKind.class)
@ExtendWith(PostgresExtension.class)
class EvaluationTest {
  @Parameter DatabaseKind kind;

  @TempDir static Path directory;
  static Pairs pairs;

  @TempDir Path own;
  InterpolatorFixture fixture;

  @BeforeAll
  static void makePairs() {
    pairs = new Pairs(directory);
  }

  @AfterAll
  static void closePairs() {
    pairs.close();
  }

  @BeforeEach
  void start(PostgresServer postgres) {
    fixture = new InterpolatorFixture(own, pairs).on(kind.createDatabase(postgres, own)).start();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  PathSpec small(int alphas) {
    return InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED))
        .setGrid(InterpolatorFixture.uniform(alphas))
        .addSchemes(InterpolatorFixture.linear())
        .addSchemes(InterpolatorFixture.homogeneousBias())
        .build();
  }

  PathSpec large(int alphas) {
    return InterpolatorFixture.spec(pairs.uri(Pairs.LARGE))
        .setGrid(InterpolatorFixture.uniform(alphas))
        .build();
  }

  Evaluation create(CreateEvaluationRequest request) {
    return fixture.evaluations().createEvaluation(request).getEvaluation();
  }

  Evaluation create(PathSpec spec) {
    return create(CreateEvaluationRequest.newBuilder().setSpec(spec).build());
  }

  Evaluation get(String name) {
    return fixture
        .evaluations()
        .getEvaluation(GetEvaluationRequest.newBuilder().setName(name).build())
        .getEvaluation();
  }

  Evaluation await(String name, JobState state) {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> get(name).getState() == state);
    return get(name);
  }

  /** Numbered items after one, to the end of the evaluation. */
  List<PathItem> watch(String name, long after) {
    List<PathItem> items = new ArrayList<>();
    iterator(name, after)
        .forEachRemaining(
            answer -> {
              if (!answer.getItem().hasProgress()) {
                items.add(answer.getItem());
              }
            });
    return items;
  }

  Iterator<WatchEvaluationResponse> iterator(String name, long after) {
    return fixture
        .evaluations()
        .watchEvaluation(
            WatchEvaluationRequest.newBuilder().setName(name).setAfterSequence(after).build());
  }

  static List<Point> points(List<PathItem> items) {
    return items.stream().filter(PathItem::hasPoint).map(PathItem::getPoint).toList();
  }

  static void assertWithoutGaps(List<PathItem> items, long after) {
    for (int i = 0; i < items.size(); i++) {
      assertThat(items.get(i).getSequence()).isEqualTo(after + i + 1);
    }
  }

  @Test
  void storesTheSamePointsThatAStreamGives() {
    List<PathItem> streamed = fixture.interpolate(small(11));
    Evaluation created = create(small(11));
    assertThat(created.getState()).isIn(JobState.JOB_STATE_QUEUED, JobState.JOB_STATE_RUNNING);

    List<PathItem> watched = watch(created.getName(), 0);

    assertWithoutGaps(watched, 0);
    assertThat(watched.get(0).hasPlan()).isTrue();
    assertThat(points(watched)).hasSize(22).isEqualTo(points(streamed));
    Evaluation done = get(created.getName());
    assertThat(done.getState()).isEqualTo(JobState.JOB_STATE_SUCCEEDED);
    assertThat(done.getSummary()).isEqualTo(watched.get(watched.size() - 1).getSummary());
    assertThat(done.getSummary().getCurvesList())
        .isEqualTo(streamed.get(streamed.size() - 1).getSummary().getCurvesList());
    assertThat(done.getPlan()).isEqualTo(watched.get(0).getPlan());
    assertThat(done.getLastSequence()).isEqualTo(watched.size());
    assertThat(done.getProgress().getDone()).isEqualTo(22);
    assertThat(watch(created.getName(), 5)).isEqualTo(watched.subList(5, watched.size()));
    assertThat(watch(created.getName(), watched.size())).isEmpty();
    assertThatThrownBy(() -> watch(created.getName(), watched.size() + 1))
        .satisfies(e -> Errors.is(e, Reason.POSITION_OUT_OF_RANGE));
  }

  @Test
  void oneRequestIdMakesOneEvaluation() {
    CreateEvaluationRequest request =
        CreateEvaluationRequest.newBuilder()
            .setEvaluationId("mine")
            .setRequestId("r-1")
            .setSpec(small(3))
            .putLabels("depth", "3")
            .build();

    Evaluation first = create(request);
    Evaluation again = create(request);

    assertThat(first.getName()).isEqualTo("evaluations/mine").isEqualTo(again.getName());
    assertThat(first.getLabelsMap()).isEqualTo(Map.of("depth", "3"));
    assertThatThrownBy(() -> create(request.toBuilder().setSpec(small(4)).build()))
        .satisfies(e -> Errors.is(e, Reason.REQUEST_ID_REUSED));
    assertThatThrownBy(() -> create(request.toBuilder().setRequestId("r-2").build()))
        .satisfies(e -> Errors.is(e, Reason.EVALUATION_EXISTS));
  }

  @Test
  void validateOnlyPlansAndStoresNothing() {
    Evaluation preview =
        create(
            CreateEvaluationRequest.newBuilder().setSpec(small(5)).setValidateOnly(true).build());

    assertThat(preview.getName()).isEmpty();
    assertThat(preview.getPlan().getKnownPoints()).isEqualTo(10);
    assertThat(list("").getEvaluationsList()).isEmpty();
  }

  @Test
  void isListedCancelledAndDeleted() {
    Evaluation small =
        create(
            CreateEvaluationRequest.newBuilder()
                .setSpec(small(3))
                .putLabels("size", "small")
                .build());
    await(small.getName(), JobState.JOB_STATE_SUCCEEDED);
    Evaluation large = create(large(2001));
    await(large.getName(), JobState.JOB_STATE_RUNNING);

    assertThat(names(list(""))).containsExactly(large.getName(), small.getName());
    assertThat(names(list("state = \"SUCCEEDED\""))).containsExactly(small.getName());
    assertThat(names(list("labels.size = \"small\""))).containsExactly(small.getName());
    assertThatThrownBy(() -> list("colour = red"))
        .satisfies(e -> Errors.is(e, Reason.FILTER_INVALID));
    assertThatThrownBy(() -> delete(large.getName()))
        .satisfies(e -> Errors.is(e, Reason.STATE_CONFLICT));

    CancelEvaluationRequest cancel =
        CancelEvaluationRequest.newBuilder().setName(large.getName()).build();
    var unused = fixture.evaluations().cancelEvaluation(cancel);
    Evaluation cancelled = await(large.getName(), JobState.JOB_STATE_CANCELLED);
    assertThat(cancelled.getLastSequence()).isPositive();
    // Its watch ends well, with what was stored.
    assertThat(watch(large.getName(), 0)).hasSize((int) cancelled.getLastSequence());
    var again = fixture.evaluations().cancelEvaluation(cancel);
    assertThat(again.getEvaluation().getState()).isEqualTo(JobState.JOB_STATE_CANCELLED);
    assertThatThrownBy(
            () ->
                fixture
                    .evaluations()
                    .cancelEvaluation(
                        CancelEvaluationRequest.newBuilder().setName(small.getName()).build()))
        .satisfies(e -> Errors.is(e, Reason.STATE_CONFLICT));
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () -> {
              assertThat(fixture.metric("interpolator_pending_alpha_points")).isZero();
              assertThat(fixture.metric("interpolator_device_memory_bytes{kind=\"allocated\"}"))
                  .isZero();
            });

    delete(large.getName());
    assertThatThrownBy(() -> get(large.getName()))
        .satisfies(e -> Errors.is(e, Reason.EVALUATION_NOT_FOUND));
  }

  @Test
  void goesOnWithoutLossOrRepetitionAfterARestart() {
    int alphas = 151;
    List<PathItem> undisturbed = fixture.interpolate(large(alphas));
    Evaluation created = create(large(alphas));
    List<PathItem> seen = new ArrayList<>();
    Iterator<WatchEvaluationResponse> watching = iterator(created.getName(), 0);
    try {
      while (watching.hasNext()) {
        PathItem item = watching.next().getItem();
        if (!item.hasProgress()) {
          seen.add(item);
        }
        if (seen.size() == 20) {
          fixture.server().close();
        }
      }
    } catch (io.grpc.StatusRuntimeException e) {
      Errors.is(e, Reason.SERVER_SHUTTING_DOWN);
    }
    assertThat(seen.size()).isBetween(20, alphas);

    fixture.restart();
    Evaluation resumed = get(created.getName());
    assertThat(resumed.getState()).isIn(JobState.JOB_STATE_QUEUED, JobState.JOB_STATE_RUNNING);
    seen.addAll(watch(created.getName(), seen.get(seen.size() - 1).getSequence()));

    assertWithoutGaps(seen, 0);
    assertThat(points(seen)).isEqualTo(points(undisturbed));
    assertThat(get(created.getName()).getSummary().getCurvesList())
        .isEqualTo(undisturbed.get(undisturbed.size() - 1).getSummary().getCurvesList());
    assertThat(fixture.metric("interpolator_alpha_points_total{outcome=\"reused\"}"))
        .isGreaterThanOrEqualTo(15);
  }

  @Test
  void givesCurvesInPagesAndFormats() {
    Evaluation created = create(small(11));
    await(created.getName(), JobState.JOB_STATE_SUCCEEDED);
    List<Point> expected =
        points(watch(created.getName(), 0)).stream()
            .filter(point -> point.getSchemeIndex() == 1)
            .toList();

    List<Point> paged = new ArrayList<>();
    GetCurveRequest request =
        GetCurveRequest.newBuilder()
            .setName(created.getName())
            .setSchemeIndex(1)
            .setPageSize(4)
            .build();
    GetCurveResponse page = fixture.evaluations().getCurve(request);
    int pages = 1;
    paged.addAll(page.getCurve().getPointsList());
    while (!page.getNextPageToken().isEmpty()) {
      page =
          fixture
              .evaluations()
              .getCurve(request.toBuilder().setPageToken(page.getNextPageToken()).build());
      paged.addAll(page.getCurve().getPointsList());
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    assertThat(paged).isEqualTo(expected);
    assertThat(page.getCurve().hasSummary()).isTrue();
    assertThat(page.getCurve().getScheme()).isEqualTo(InterpolatorFixture.homogeneousBias());

    String csv = document(request.toBuilder().setPageSize(0), CurveFormat.CURVE_FORMAT_CSV);
    List<String> rows = csv.lines().toList();
    assertThat(rows).hasSize(12);
    assertThat(rows.get(0)).startsWith("scheme_index,alpha,samples,loss,error,");
    assertThat(rows.get(2).split(",", -1)[3]).isEqualTo(Double.toString(expected.get(1).getLoss()));
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(row.split(",", -1)).hasSameSizeAs(rows.get(0).split(",", -1)));
    assertThat(
            document(request.toBuilder().setPageSize(0), CurveFormat.CURVE_FORMAT_NDJSON).lines())
        .hasSize(11)
        .allMatch(line -> line.startsWith("{") && line.contains("\"loss\":"));
    assertThatThrownBy(
            () -> fixture.evaluations().getCurve(request.toBuilder().setSchemeIndex(2).build()))
        .satisfies(e -> Errors.is(e, Reason.POSITION_OUT_OF_RANGE));
    assertThatThrownBy(
            () -> fixture.evaluations().getCurve(request.toBuilder().setPageToken("1.0.3").build()))
        .satisfies(e -> Errors.is(e, Reason.PAGE_TOKEN_INVALID));
  }

  private String document(GetCurveRequest.Builder request, CurveFormat format) {
    return fixture
        .evaluations()
        .getCurve(request.setFormat(format).build())
        .getDocument()
        .toString(StandardCharsets.UTF_8);
  }

  private ListEvaluationsResponse list(String filter) {
    return fixture
        .evaluations()
        .listEvaluations(ListEvaluationsRequest.newBuilder().setFilter(filter).build());
  }

  private static List<String> names(ListEvaluationsResponse page) {
    return page.getEvaluationsList().stream().map(Evaluation::getName).toList();
  }

  private void delete(String name) {
    var unused =
        fixture
            .evaluations()
            .deleteEvaluation(DeleteEvaluationRequest.newBuilder().setName(name).build());
  }
}
