package io.plateau.interpolator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.interpolator.configuration.InterpolatorConfiguration;
import io.plateau.interpolator.metrics.InterpolatorMetrics;
import io.plateau.proto.common.v1.GetServerInfoRequest;
import io.plateau.proto.common.v1.ServerInfo;
import io.plateau.proto.common.v1.ServerKind;
import io.plateau.proto.interpolator.v1.Device;
import io.plateau.proto.interpolator.v1.DeviceKind;
import io.plateau.proto.interpolator.v1.DeviceStatus;
import io.plateau.proto.interpolator.v1.GetDeviceRequest;
import io.plateau.proto.interpolator.v1.ListDevicesRequest;
import io.plateau.service.configuration.ConfigurationException;
import io.plateau.service.errors.Reason;
import io.plateau.service.metrics.MetricDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InterpolatorServerTest {
  @TempDir static Path directory;
  static Pairs pairs;
  static InterpolatorFixture fixture;

  @BeforeAll
  static void start() {
    pairs = new Pairs(directory);
    fixture = new InterpolatorFixture(directory, pairs).start();
  }

  @AfterAll
  static void stop() {
    fixture.close();
    pairs.close();
  }

  @Test
  void tellsItsDevice() {
    Device device =
        fixture.devices().listDevices(ListDevicesRequest.getDefaultInstance()).getDevices(0);

    assertThat(device.getName()).isEqualTo("devices/cpu-0");
    assertThat(device.getKind()).isEqualTo(DeviceKind.DEVICE_KIND_CPU);
    assertThat(device.getStatus()).isEqualTo(DeviceStatus.DEVICE_STATUS_READY);
    assertThat(device.getBackend()).startsWith("nd4j-native").contains("openblas");
    assertThat(device.getThreads()).isPositive();
    assertThat(device.getMemoryBytes()).isEqualTo(4L << 30);
    assertThat(device.getFreeMemoryBytes()).isEqualTo(device.getMemoryBytes());
    assertThat(device.getQueue().getCapacity()).isEqualTo(16);
    assertThat(
            fixture
                .devices()
                .getDevice(GetDeviceRequest.newBuilder().setName("devices/cpu-0").build())
                .getDevice()
                .getModel())
        .isNotEmpty();
    assertThatThrownBy(
            () ->
                fixture
                    .devices()
                    .getDevice(GetDeviceRequest.newBuilder().setName("devices/cuda-0").build()))
        .satisfies(e -> Errors.is(e, Reason.DEVICE_NOT_FOUND));
    assertThatThrownBy(
            () ->
                fixture
                    .devices()
                    .listDevices(ListDevicesRequest.newBuilder().setPageToken("x").build()))
        .satisfies(e -> Errors.is(e, Reason.PAGE_TOKEN_INVALID));
  }

  @Test
  void tellsWhatRunsAndWhatItAllows() {
    ServerInfo info =
        fixture.info().getServerInfo(GetServerInfoRequest.getDefaultInstance()).getServer();

    assertThat(info.getKind()).isEqualTo(ServerKind.SERVER_KIND_INTERPOLATOR);
    assertThat(info.getLimits().getMaxAlphas()).isEqualTo(10_001);
    assertThat(info.getDatasetsList()).contains("mnist", SmallDataset.NAME);
    assertThat(info.getBuild().getBackend()).startsWith("nd4j-native");
  }

  @Test
  void exportsEveryMetricOfItsCatalogue() {
    var unused =
        fixture.interpolate(
            InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED))
                .setGrid(InterpolatorFixture.uniform(3))
                .build());
    List<String> scraped =
        fixture
            .scrape()
            .lines()
            .filter(line -> line.startsWith("# TYPE "))
            .map(line -> line.split(" ", -1)[2])
            .toList();

    assertThat(InterpolatorMetrics.CATALOGUE.definitions())
        .extracting(MetricDefinition::name)
        .contains(
            "interpolator_pending_alpha_points",
            "interpolator_alpha_points_total",
            "interpolator_samples_evaluated_total",
            "interpolator_point_duration_seconds",
            "interpolator_first_point_seconds",
            "interpolator_stream_blocked_seconds_total",
            "interpolator_cache_requests_total",
            "interpolator_device_memory_bytes",
            "interpolator_endpoint_mismatch_total",
            "interpolator_nonfinite_points_total")
        .isSubsetOf(scraped);
    assertThat(fixture.metric("interpolator_samples_evaluated_total")).isEqualTo(768);
    assertThat(fixture.metric("interpolator_first_point_seconds_count")).isEqualTo(1);
    assertThat(fixture.metric("interpolator_point_duration_seconds_count{phase=\"compute\"}"))
        .isEqualTo(3);
  }

  @Test
  void refusesToStartOnADeviceThatTheBuildHasNot() {
    assertThatThrownBy(() -> start(Map.of("interpolator.device", "cuda")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("profile cuda");
  }

  @Test
  void refusesSettingsThatCanNotBeUsed() {
    assertThatThrownBy(() -> start(Map.of("interpolator.datasets", "no-folder")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("NAME=FOLDER");
    // The folder of the running server.
    assertThatThrownBy(
            () ->
                start(
                    Map.of(
                        "interpolator.cache-directory",
                        directory.resolve("interpolator").resolve("cache").toString())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("in use");
  }

  private static void start(Map<String, String> flags) {
    InterpolatorFixture other = new InterpolatorFixture(directory.resolve("other"), pairs);
    flags.forEach(other::with);
    InterpolatorServer.start(
            InterpolatorConfiguration.ofFlags(other.flags()), InterpolatorFixture.VALIDATOR)
        .close();
  }
}
