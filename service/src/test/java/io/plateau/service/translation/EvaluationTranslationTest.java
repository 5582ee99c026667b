package io.plateau.service.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.core.kernel.DeviceDescription;
import io.plateau.core.kernel.Precision;
import io.plateau.core.path.AlphaGrid;
import io.plateau.core.path.EndCheck;
import io.plateau.core.path.PathPlan;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.common.v1.Provenance;
import io.plateau.proto.interpolator.v1.Device;
import io.plateau.proto.interpolator.v1.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What surrounds the points of an evaluation: plan, device, checks of ends, provenance. */
class EvaluationTranslationTest {
  private static final DeviceDescription CPU =
      new DeviceDescription("cpu", "a processor", "nd4j 1.0", "a BLAS", 2, 1L << 33);

  @Test
  void plans() {
    PathPlan plan =
        new PathPlan(64, true, false, 12.5, List.of(7.5, 2.5), 20, 3e9, 1000, 2000, 300);
    assertThat(PlanTranslation.toProto(plan, AlphaGrid.uniform(0, 1, 3)).build())
        .isEqualTo(
            Messages.read(
                """
                {'curves': [
                   {'alphas': [0, 0.5, 1], 'passes': 7.5},
                   {'schemeIndex': 1, 'alphas': [0, 0.5, 1], 'passes': 2.5}],
                 'knownPoints': 6, 'maxPoints': 6, 'passes': 12.5,
                 'floatingPointOperations': 3e9, 'residentBytes': '1000', 'peakBytes': '2000',
                 'streamedBytesPerPass': '300', 'batchSamples': 64, 'separatePasses': 20}
                """,
                Plan.getDefaultInstance()));
  }

  @Test
  void devices() {
    assertThat(DeviceTranslation.toProto(CPU, "cpu-0", 1 << 20))
        .isEqualTo(
            Messages.read(
                """
                {'name': 'devices/cpu-0', 'kind': 'DEVICE_KIND_CPU', 'model': 'a processor',
                 'memoryBytes': '8589934592', 'freeMemoryBytes': '1048576',
                 'backend': 'nd4j 1.0', 'status': 'DEVICE_STATUS_READY', 'threads': 2}
                """,
                Device.getDefaultInstance()));
    DeviceDescription card = new DeviceDescription("cuda", "a card", "nd4j 1.0", "", 0, 1L << 33);
    assertThat(DeviceTranslation.toProto(card, "cuda-0", 0).getKind().name())
        .isEqualTo("DEVICE_KIND_CUDA");
    DeviceDescription other = new DeviceDescription("abacus", "", "", "", 0, 1);
    assertThatThrownBy(() -> DeviceTranslation.toProto(other, "x", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("abacus");
  }

  @Test
  void checksOfEnds() {
    assertThat(EndCheckTranslation.toProto(new EndCheck(0, 2, 0.5, 2, 0.5, 100), 1))
        .isEqualTo(
            Messages.read(
                """
                {'end': 'PAIR_END_INIT', 'schemeIndex': 1, 'status': 'END_CHECK_STATUS_MATCHED',
                 'storedLoss': 2, 'measuredLoss': 2, 'storedError': 0.5, 'measuredError': 0.5}
                """,
                io.plateau.proto.interpolator.v1.EndCheck.getDefaultInstance()));
    assertThat(EndCheckTranslation.toProto(new EndCheck(1, 2, 0.5, 3, 0.5, 100), 0))
        .isEqualTo(
            Messages.read(
                """
                {'end': 'PAIR_END_FINAL', 'status': 'END_CHECK_STATUS_MISMATCHED',
                 'storedLoss': 2, 'measuredLoss': 3, 'storedError': 0.5, 'measuredError': 0.5}
                """,
                io.plateau.proto.interpolator.v1.EndCheck.getDefaultInstance()));
    assertThat(EndCheckTranslation.notChecked(PairEnd.PAIR_END_FINAL, 2))
        .isEqualTo(
            Messages.read(
                """
                {'end': 'PAIR_END_FINAL', 'schemeIndex': 2,
                 'status': 'END_CHECK_STATUS_NOT_CHECKED'}
                """,
                io.plateau.proto.interpolator.v1.EndCheck.getDefaultInstance()));
  }

  @Test
  void provenanceOfAComputation() {
    Instant start = Instant.parse("2024-05-06T07:08:09Z");
    assertThat(
            ProvenanceTranslation.toProto(
                    new ProvenanceTranslation.Computation(
                        CPU,
                        Precision.FLOAT64,
                        128,
                        2.5,
                        start,
                        start.plusSeconds(3),
                        Duration.ofMillis(2500)))
                .build())
        .isEqualTo(
            Messages.read(
                """
                {'device': 'a processor', 'threads': 2, 'precision': 'PRECISION_FLOAT64',
                 'batchSamples': 128, 'startTime': '2024-05-06T07:08:09Z',
                 'endTime': '2024-05-06T07:08:12Z', 'computeTime': '2.500s', 'passes': 2.5}
                """,
                Provenance.getDefaultInstance()));
  }

  @Test
  void secondsAreRoundedToNanoseconds() {
    assertThat(TimeTranslation.ofSeconds(0)).isEqualTo(TimeTranslation.toProto(Duration.ZERO));
    assertThat(TimeTranslation.ofSeconds(1.9999999999))
        .isEqualTo(TimeTranslation.toProto(Duration.ofSeconds(2)));
    assertThat(TimeTranslation.ofSeconds(12.345678901))
        .isEqualTo(TimeTranslation.toProto(Duration.ofSeconds(12, 345678901)));
  }
}
