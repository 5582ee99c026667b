package io.plateau.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.JsonFormat;
import io.plateau.cli.option.OutputFormat;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.PathResult;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonRendererTest {
  private static String render(OutputFormat format, PathResult... results) throws IOException {
    StringBuilder out = new StringBuilder();
    ResultRenderer.of(format).render(List.of(results), out);
    return out.toString();
  }

  private static PathResult read(String json) throws IOException {
    PathResult.Builder result = PathResult.newBuilder();
    JsonFormat.parser().merge(json, result);
    return result.build();
  }

  @Test
  void aResultReadsBackAsTheSameMessage() throws IOException {
    PathResult result = GoldenResults.path("fcn3");

    assertThat(read(render(OutputFormat.json, result))).isEqualTo(result);
  }

  @Test
  void anErrorOfZeroIsWritten() throws IOException {
    PathResult result =
        PathResult.newBuilder()
            .addCurves(Curve.newBuilder().addPoints(Point.newBuilder().setAlpha(1)))
            .build();

    JsonNode point =
        new ObjectMapper().readTree(render(OutputFormat.json, result)).at("/curves/0/points/0");

    assertThat(point.get("error").doubleValue()).isZero();
    assertThat(point.has("lastLayerSplit")).isFalse();
  }

  @Test
  void severalResultsAreOneArrayOfMessages() throws IOException {
    PathResult first = GoldenResults.twoSchemes("fcn3");
    PathResult second = GoldenResults.twoSchemes("fcn4_zero_b0");

    JsonNode array = new ObjectMapper().readTree(render(OutputFormat.json, first, second));

    assertThat(array.size()).isEqualTo(2);
    assertThat(read(array.get(1).toString())).isEqualTo(second);
  }

  @Test
  void ndjsonHasOneResultALine() throws IOException {
    PathResult first = GoldenResults.twoSchemes("fcn3");
    PathResult second = GoldenResults.twoSchemes("fcn4_zero_b0");

    List<String> lines = render(OutputFormat.ndjson, first, second).lines().toList();

    assertThat(lines).hasSize(2);
    assertThat(read(lines.get(0))).isEqualTo(first);
    assertThat(read(lines.get(1))).isEqualTo(second);
  }

  @Test
  void whatIsNotFiniteSurvives() throws IOException {
    PathResult result =
        PathResult.newBuilder()
            .addCurves(
                Curve.newBuilder().addPoints(Point.newBuilder().setLoss(Double.NEGATIVE_INFINITY)))
            .build();

    assertThat(read(render(OutputFormat.json, result))).isEqualTo(result);
  }
}
