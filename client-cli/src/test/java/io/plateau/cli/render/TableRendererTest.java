package io.plateau.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.cli.option.OutputFormat;
import io.plateau.proto.common.v1.PlateauMark;
import io.plateau.proto.interpolator.v1.PathResult;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableRendererTest {
  private static List<String> lines(PathResult... results) throws IOException {
    StringBuilder out = new StringBuilder();
    ResultRenderer.of(OutputFormat.table).render(List.of(results), out);
    return out.toString().lines().toList();
  }

  @Test
  void showsWhatTheGoldenSummariesHold() throws IOException {
    assertThat(lines(GoldenResults.twoSchemes("fcn4_zero_b0")))
        .startsWith(
            "Error",
            "SCHEME             HALF       PLATEAU   LAST   AREA",
            "LINEAR            0.367  0.029..0.167  0.167  0.470",
            "HOMOGENEOUS_BIAS  0.300             -      -  0.370",
            "",
            "Loss",
            "SCHEME             HALF       PLATEAU   LAST   AREA  RISE  CONVEX  BARRIER",
            "LINEAR            0.500  0.000..0.175  0.175  0.505     0   0.474     0.18",
            "HOMOGENEOUS_BIAS  0.563  0.000..0.185  0.185  0.551     0   0.368    0.211");
  }

  @Test
  void severalResultsAreNamed() throws IOException {
    assertThat(lines(GoldenResults.twoSchemes("fcn3"), GoldenResults.twoSchemes("fcn4_zero_b0")))
        .filteredOn(line -> line.contains("LINEAR"))
        .hasSize(4)
        .allMatch(line -> line.startsWith("FCN"));
  }

  @Test
  void saysWhyAPlateauIsAbsent() throws IOException {
    PathResult.Builder failed = GoldenResults.twoSchemes("fcn3").toBuilder();
    failed
        .getCurvesBuilder(0)
        .getSummaryBuilder()
        .getErrorPlateauBuilder()
        .clear()
        .addMarks(PlateauMark.PLATEAU_MARK_FAILED_TRAINING);
    failed.getCurvesBuilder(1).clearSummary();

    assertThat(lines(failed.build()))
        .contains("LINEAR: failed training", "HOMOGENEOUS_BIAS: no summary: points are missing");
  }

  @Test
  void aNameCannotSendEscapeSequencesOrLineEnds() throws IOException {
    StringBuilder out = new StringBuilder();
    TextTable table = new TextTable(List.of("NAME", "VALUE"));
    table.row(List.of("a\u001b[31m\nb", "1.5"));
    table.write(out);

    assertThat(out.toString()).isEqualTo("NAME      VALUE\na [31m b    1.5\n");
  }

  @Test
  void refusesARowOfTheWrongWidth() {
    assertThatThrownBy(() -> new TextTable(List.of("A")).row(List.of("1", "2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 cells for 1 columns");
  }
}
