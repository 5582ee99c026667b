package io.plateau.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.proto.common.v1.BiasMode;
import io.plateau.proto.common.v1.Network;
import io.plateau.proto.common.v1.Scheme;
import io.plateau.proto.interpolator.v1.PathResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
  @Test
  void schemesThatDifferInASettingDifferInName() {
    assertThat(
            GoldenResults.path("fcn3").getCurvesList().stream()
                .map(c -> SchemeName.of(c.getScheme())))
        .startsWith("LINEAR", "HOMOGENEOUS_BIAS", "HOMOGENEOUS_LAST_BIAS")
        .contains(
            "WEIGHTS_ONLY(FINAL)",
            "WEIGHTS_ONLY(ZERO)",
            "BIASES_ONLY(FINAL)",
            "LAYERS(1, FINAL)",
            "SCALE")
        .doesNotHaveDuplicates();
    assertThat(SchemeName.of(Scheme.getDefaultInstance())).isEqualTo("UNKNOWN");
  }

  @Test
  void aNetworkIsNamedByWhatSetsItApart() {
    Network.Builder network = Network.newBuilder();
    network
        .getSpecBuilder()
        .setBiasMode(BiasMode.BIAS_MODE_NONE)
        .getInitializerBuilder()
        .setScale(0.6);
    network.getSpecBuilder().getFullyConnectedBuilder().setDepth(8).setWidth(256);

    assertThat(NetworkName.of(network.build()))
        .isEqualTo("FCN8, width 256, init scale 0.6, no biases");
  }

  @Test
  void resultsOfOneKindAreToldApartBySeedAndElseByNumber() {
    PathResult.Builder seeded = PathResult.newBuilder();
    seeded
        .getPlanBuilder()
        .getNetworkBuilder()
        .getSpecBuilder()
        .getFullyConnectedBuilder()
        .setDepth(4);
    PathResult plain = seeded.build();
    seeded.getProvenanceBuilder().getSecondEndBuilder().setSeed(3);

    assertThat(ResultName.distinct(List.of(plain, seeded.build(), plain)))
        .containsExactly("FCN4, width 1024", "FCN4, width 1024, seed 3", "FCN4, width 1024 (2)");
  }
}
