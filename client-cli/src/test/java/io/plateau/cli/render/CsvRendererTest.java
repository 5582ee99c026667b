package io.plateau.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.plateau.cli.option.OutputFormat;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.PathResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class CsvRendererTest {
  private static String csv(PathResult... results) throws IOException {
    StringBuilder out = new StringBuilder();
    ResultRenderer.of(OutputFormat.csv).render(List.of(results), out);
    return out.toString();
  }

  private static List<NamedCsvRecord> parsed(String csv) {
    return CsvReader.builder().ofNamedCsvRecord(csv).stream().toList();
  }

  @Test
  void everyPointIsARowThatParsesBackToTheSameDoubles() throws IOException {
    PathResult result = GoldenResults.path("fcn4_zero_b0");

    List<NamedCsvRecord> rows = parsed(csv(result));

    List<Point> points = new ArrayList<>();
    result.getCurvesList().forEach(curve -> points.addAll(curve.getPointsList()));
    assertThat(rows).hasSameSizeAs(points);
    for (int i = 0; i < rows.size(); i++) {
      NamedCsvRecord row = rows.get(i);
      Point point = points.get(i);
      assertThat(number(row, "alpha")).isEqualTo(point.getAlpha());
      assertThat(number(row, "loss")).isEqualTo(point.getLoss());
      assertThat(number(row, "error")).isEqualTo(point.getError());
      assertThat(number(row, "bias_gap")).isEqualTo(point.getLastLayerSplit().getBiasGap());
      assertThat(number(row, "class_3_error")).isEqualTo(point.getPerClass(3).getError());
      assertThat(row.getField("class_3_predicted"))
          .isEqualTo("" + point.getPerClass(3).getPredicted());
      assertThat(number(row, "class_2_margin_max"))
          .isEqualTo(point.getLastLayerSplit().getMargins(2).getMarginMax());
      assertThat(number(row, "loss_of_layer_4"))
          .isEqualTo(point.getLayerContributions().getLayers(3).getContribution().getLoss());
      assertThat(number(row, "error_of_all_biases"))
          .isEqualTo(point.getLayerContributions().getAllBiases().getError());
    }
  }

  @Test
  void theColumnsAreTheDocumentedOnes() throws IOException {
    String header = csv(GoldenResults.twoSchemes("fcn4_zero_b0")).lines().findFirst().orElseThrow();

    assertThat(header)
        .startsWith(
            "result,pair,scheme,alpha,samples,loss,error,loss_standard_error,error_standard_error,non_finite_logits,"
                + "loss_without_last_bias,error_without_last_bias,top_class,second_class,bias_gap,bias_spread,share_changed,share_top,"
                + "loss_lower_bound,loss_of_all_biases,error_of_all_biases,loss_of_layer_1,error_of_layer_1")
        .endsWith(
            "class_3_samples,class_3_error,class_3_loss,class_3_predicted,class_3_margin_mean,class_3_margin_max,class_3_bias_margin");
  }

  @Test
  void whatIsAbsentIsEmptyAndWhatIsNotFiniteHasItsName() throws IOException {
    PathResult result =
        PathResult.newBuilder()
            .addCurves(
                Curve.newBuilder()
                    .addPoints(
                        Point.newBuilder().setLoss(Double.NaN).setError(1).setNonFiniteLogits(3))
                    .addPoints(Point.newBuilder().setAlpha(1).setLoss(Double.POSITIVE_INFINITY)))
            .build();

    List<NamedCsvRecord> rows = parsed(csv(result));

    assertThat(rows.get(0).getField("loss")).isEqualTo("NaN");
    assertThat(rows.get(0).getField("bias_gap")).isEmpty();
    assertThat(rows.get(0).getField("top_class")).isEmpty();
    assertThat(rows.get(1).getField("loss")).isEqualTo("Infinity");
  }

  @Test
  void namesMayHoldCommasQuotesAndLineEnds() throws IOException {
    String pair = "pairs/\"a\",\nb";
    PathResult result = GoldenResults.twoSchemes("fcn3").toBuilder().setPair(pair).build();

    assertThat(parsed(csv(result)))
        .allSatisfy(row -> assertThat(row.getField("pair")).isEqualTo(pair));
  }

  @Test
  void theLocaleDoesNotMatter() throws IOException {
    PathResult result = GoldenResults.twoSchemes("fcn3");
    String expected = csv(result);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(csv(result)).isEqualTo(expected);
    } finally {
      Locale.setDefault(before);
    }
  }

  private static double number(NamedCsvRecord row, String column) {
    return Double.parseDouble(row.getField(column));
  }
}
