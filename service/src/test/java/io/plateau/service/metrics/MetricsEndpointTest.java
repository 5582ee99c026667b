package io.plateau.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.probe.v1.EchoRequest;
import io.plateau.service.probe.ProbeServer;
import io.plateau.service.request.RequestContext;
import io.plateau.service.request.RequestIds;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class MetricsEndpointTest {
  @Test
  void aScrapeHasTheCatalogueTheProcessAndTheBuild() throws Exception {
    try (ProbeServer probe = ProbeServer.start()) {
      probe.stub().echo(EchoRequest.newBuilder().setText("ok").build());

      HttpResponse<String> scrape = probe.get("/metrics");

      assertThat(scrape.statusCode()).isEqualTo(200);
      assertThat(scrape.body())
          .contains("plateau_build_info{", "server=\"trainer\"", "version=\"0.1.0\"")
          .contains("jvm_memory_used_bytes{", "process_cpu_usage", "process_uptime_seconds")
          .contains("executor_pool_size_threads{name=\"trainer-calls\"}")
          .contains(
              "grpc_server_started_total{grpc_method=\"Echo\","
                  + "grpc_service=\"plateau.probe.v1.ProbeService\",grpc_type=\"unary\"} 1.0")
          .contains("grpc_server_handling_seconds_bucket{");
      TreeSet<String> types = new TreeSet<>();
      Pattern.compile("# TYPE (\\S+ \\S+)")
          .matcher(scrape.body())
          .results()
          .forEach(match -> types.add(match.group(1)));
      for (MetricDefinition metric : ServerMetrics.CATALOGUE.definitions()) {
        assertThat(types).contains(metric.name() + " " + metric.type());
      }
    }
  }

  @Test
  void openMetricsHasExemplars() throws Exception {
    try (ProbeServer probe = ProbeServer.start()) {
      String id = probe.stub().echo(EchoRequest.newBuilder().setText("ok").build()).getRequestId();

      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(probe.get("/metrics", "Accept", "application/openmetrics-text").body())
                      .contains("# {request_id=\"" + id + "\"}"));
    }
  }

  @Test
  void healthFollowsTheServices() throws Exception {
    try (ProbeServer probe = ProbeServer.start()) {
      assertThat(probe.get("/healthz").statusCode()).isEqualTo(200);

      probe.server.health().report(ProbeServer.SERVICE, false);
      assertThat(probe.get("/healthz").statusCode()).isEqualTo(503);

      probe.server.health().report(ProbeServer.SERVICE, true);
      assertThat(probe.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(probe.get("/other").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void aDistributionHasClassicAndNativeBucketsAndTheCallsExemplar() {
    MetricDefinition duration =
        MetricDefinition.histogram(
            "trainer_step_seconds", MetricUnit.SECONDS, "A step.", List.of(0.1, 1.0));
    PrometheusRegistry registry = new PrometheusRegistry();
    Instruments instruments = new Instruments(MetricCatalogue.of(duration), registry);
    Distribution distribution = instruments.distribution(duration);

    RequestContext.run(RequestIds.context("call-7"), () -> distribution.observe(0.5));
    distribution.observe(0.05);

    HistogramSnapshot scraped =
        (HistogramSnapshot) registry.scrape("trainer_step_seconds"::equals).get(0);
    HistogramSnapshot.HistogramDataPointSnapshot point = scraped.getDataPoints().get(0);
    assertThat(point.getCount()).isEqualTo(2);
    assertThat(point.hasClassicHistogramData()).isTrue();
    assertThat(point.hasNativeHistogramData()).isTrue();
    assertThat(point.getExemplars())
        .hasSize(1)
        .allSatisfy(
            exemplar -> {
              assertThat(exemplar.getValue()).isEqualTo(0.5);
              assertThat(exemplar.getLabels().get("request_id")).isEqualTo("call-7");
            });
    assertThat(instruments.distribution(duration)).isSameAs(distribution);
  }

  @Test
  void whatIsNotInTheCatalogueCantBeExported() {
    MetricDefinition known = MetricDefinition.gauge("trainer_jobs", MetricUnit.NONE, "Jobs.");
    MetricDefinition unknown = MetricDefinition.gauge("trainer_naps", MetricUnit.NONE, "Naps.");
    Instruments instruments = new Instruments(MetricCatalogue.of(known), new PrometheusRegistry());

    assertThatThrownBy(() -> instruments.gauge(unknown))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("trainer_naps");
    assertThatThrownBy(() -> instruments.counter(known))
        .isInstanceOf(IllegalArgumentException.class);
    instruments.gauge(known, callback -> callback.call(3));
    assertThatThrownBy(() -> instruments.gauge(known)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void namesFollowTheConventions() {
    assertThatThrownBy(() -> MetricDefinition.counter("x_count", MetricUnit.NONE, ""))
        .hasMessageContaining("_total");
    assertThatThrownBy(() -> MetricDefinition.gauge("x_time", MetricUnit.SECONDS, ""))
        .hasMessageContaining("unit");
    assertThatThrownBy(
            () -> MetricDefinition.histogram("x_seconds", MetricUnit.SECONDS, "", List.of()))
        .hasMessageContaining("buckets");
    assertThatThrownBy(
            () ->
                MetricCatalogue.of(
                    MetricDefinition.gauge("x", MetricUnit.NONE, "a"),
                    MetricDefinition.gauge("x", MetricUnit.NONE, "b")))
        .hasMessageContaining("twice");
    assertThat(
            MetricCatalogue.of(
                    MetricDefinition.counter(
                        "x_total", MetricUnit.NONE, "All x.", new MetricLabel("kind", "`a`, `b`")))
                .markdown())
        .endsWith("| `x_total` | counter | `kind`: `a`, `b` | All x. |\n");
  }
}
