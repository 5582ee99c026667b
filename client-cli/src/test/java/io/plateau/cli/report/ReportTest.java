package io.plateau.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.plateau.cli.render.GoldenResults;
import io.plateau.proto.common.v1.PlateauMark;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.EndCheckStatus;
import io.plateau.proto.interpolator.v1.PathResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReportTest {
  private static final ReportEntry GOLDEN =
      ReportEntry.of(GoldenResults.twoSchemes("fcn4_zero_b0"))
          .withPair(GoldenResults.trainedPair());

  private static Document page(ReportEntry... entries) {
    return Jsoup.parse(Report.page(List.of(entries)));
  }

  @Test
  void writesOneWholeFileAndNothingElse(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("new").resolve("report.html");

    Report.write(List.of(ReportEntry.of(GoldenResults.path("fcn3"))), file);
    Report.write(List.of(GOLDEN), file);

    assertThat(Files.readString(file))
        .isEqualTo(Report.page(List.of(GOLDEN)))
        .startsWith("<!DOCTYPE html>");
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void leavesNothingBehindWhenItCannotReplaceTheTarget(@TempDir Path folder) throws IOException {
    Path target = Files.createDirectories(folder.resolve("report.html").resolve("inside"));

    assertThatThrownBy(() -> Report.write(List.of(GOLDEN), target.getParent()))
        .isInstanceOf(IOException.class);

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(target.getParent());
    }
  }

  @Test
  void needsAResult() {
    assertThatThrownBy(() -> Report.page(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refersToNothingOutsideItself() {
    Document page = page(GOLDEN);

    assertThat(page.select("[src], object, iframe, embed, image, use")).isEmpty();
    assertThat(page.select("[href]").eachAttr("href"))
        .allMatch(href -> href.matches("#[a-z0-9-]+|data:,"));
    for (String target : page.select("a[href]").eachAttr("href")) {
      assertThat(page.getElementById(target.substring(1))).as(target).isNotNull();
    }
    assertThat(page.outerHtml())
        .doesNotContain("http:", "https:", "@import")
        .doesNotContainPattern("url\\((?!#)");
    assertThat(page.select("meta[http-equiv=Content-Security-Policy]").attr("content"))
        .contains("default-src 'none'");
  }

  @Test
  void everyIdIsUnique() {
    assertThat(page(GOLDEN, GOLDEN).select("[id]").eachAttr("id")).doesNotHaveDuplicates();
  }

  @Test
  void everyFigureHasATitleADescriptionAndATable() {
    Document page = page(GOLDEN);

    assertThat(page.select("svg.chart").size()).isGreaterThan(20);
    for (Element chart : page.select("svg.chart")) {
      assertThat(chart.selectFirst("title").text()).isNotBlank();
      assertThat(chart.selectFirst("desc").text()).isNotBlank();
      assertThat(chart.closest("figure").selectFirst("details table tbody tr"))
          .as(chart.id())
          .isNotNull();
      if (!chart.attr("data-table").isEmpty()) {
        assertThat(page.getElementById(chart.attr("data-table"))).as(chart.id()).isNotNull();
      }
    }
  }

  @Test
  void linesStandWhereTheNumbersSay() {
    PathResult result = GoldenResults.twoSchemes("fcn4_zero_b0");
    Element chart = page(GOLDEN).getElementById("network-0-loss");
    double[] plot = numbers(chart.attr("data-plot"));
    double[] x = numbers(chart.attr("data-x"));
    double[] y = numbers(chart.attr("data-y"));

    for (int c = 0; c < 2; c++) {
      List<Point> points = result.getCurves(c).getPointsList();
      List<MatchResult> drawn =
          Pattern.compile("[ML]([\\d.-]+) ([\\d.-]+)")
              .matcher(chart.select("path.line").get(c).attr("d"))
              .results()
              .toList();
      assertThat(drawn).hasSameSizeAs(points);
      for (int i = 0; i < points.size(); i++) {
        double shareX = (Double.parseDouble(drawn.get(i).group(1)) - plot[0]) / plot[2];
        double shareY = 1 - (Double.parseDouble(drawn.get(i).group(2)) - plot[1]) / plot[3];
        assertThat(x[0] + shareX * (x[1] - x[0])).isCloseTo(points.get(i).getAlpha(), within(1e-3));
        assertThat(y[0] + shareY * (y[1] - y[0])).isCloseTo(points.get(i).getLoss(), within(1e-3));
      }
    }
  }

  @Test
  void tablesHoldTheNumbers() {
    PathResult result = GoldenResults.twoSchemes("fcn4_zero_b0");
    Element table = page(GOLDEN).getElementById("network-0-error-data");

    assertThat(table.select("thead th").eachText())
        .containsExactly("alpha", "LINEAR", "HOMOGENEOUS_BIAS");
    List<Element> rows = table.select("tbody tr");
    assertThat(rows).hasSize(result.getCurves(0).getPointsCount());
    for (int i = 0; i < rows.size(); i++) {
      Point point = result.getCurves(0).getPoints(i);
      assertThat(Double.parseDouble(rows.get(i).child(0).text())).isEqualTo(point.getAlpha());
      assertThat(Double.parseDouble(rows.get(i).child(1).text()))
          .isCloseTo(point.getError(), within(1e-6));
    }
    // HOMOGENEOUS_BIAS has no point outside [0, 1].
    assertThat(rows.get(0).child(2).text()).isEqualTo("–");
  }

  @Test
  void marksPlateausAndHalfDropsWhereTheyAre() {
    Document page = page(GOLDEN);

    assertThat(page.select("#network-0-error .mark-label").eachText())
        .containsExactly("start 0.029", "end = last 0.167", "half 0.367", "half 0.300");
    assertThat(page.select("#network-0-error .lane .bar")).hasSize(1);
    assertThat(page.select("#network-0-error circle.ring")).hasSize(2);
    assertThat(page.select("#network-0-error .level-label").eachText())
        .containsExactly("threshold 0.7125");
  }

  @Test
  void comparesSchemesInATable() {
    assertThat(page(GOLDEN).select("#plateaus tbody tr").eachText())
        .containsExactly(
            "FCN4, widths 20-16-12 LINEAR 0.367 0.029 to 0.167 0.167 0.470 0.500 0.000 to 0.175 0.175 0.505",
            "FCN4, widths 20-16-12 HOMOGENEOUS_BIAS b0 derived 0.300 – no plateau – no plateau 0.370 0.563 0.000 to 0.185 0.185 0.551");
  }

  @Test
  void saysWhyANumberIsAbsent() {
    PathResult.Builder result = GoldenResults.twoSchemes("fcn4_zero_b0").toBuilder();
    result
        .getCurvesBuilder(0)
        .getSummaryBuilder()
        .getErrorPlateauBuilder()
        .clear()
        .addMarks(PlateauMark.PLATEAU_MARK_FAILED_TRAINING);
    result
        .getCurvesBuilder(1)
        .getSummaryBuilder()
        .getLossPlateauBuilder()
        .clear()
        .addMarks(PlateauMark.PLATEAU_MARK_DEGENERATE);

    assertThat(page(ReportEntry.of(result.build())).select("#plateaus .reason").eachText())
        .contains("failed training", "degenerate: no fall from 0 to 1", "no plateau");
  }

  @Test
  void aCurveWithoutASummarySaysSo() {
    Document page = page(ReportEntry.of(ResultsForTests.curve(List.of(0., 1.), List.of(1., 0.))));

    assertThat(page.select("#plateaus .reason").eachText())
        .containsExactly("no summary: points are missing");
  }

  @Test
  void tellsWhatIsDerived() {
    PathResult.Builder result = GoldenResults.path("fcn4_zero_b0").toBuilder();
    result
        .getCurvesBuilder(0)
        .getSummaryBuilder()
        .getPredictedPlateauBuilder()
        .setSmallInitEnd(0.21)
        .setDegree(4);
    result.getCurvesBuilder(0).getPointsBuilder(3).getLossBoundBuilder().setLowerBound(0.4);

    Document page = page(ReportEntry.of(result.build()));

    assertThat(page.select("#plateaus caption .tag, #predictions caption .tag").eachText())
        .containsExactly("derived", "derived");
    assertThat(page.select("#network-0-error .mark-label").eachText()).contains("derived 0.210");
    assertThat(page.select("#network-0-loss-data thead th").eachText())
        .contains("LINEAR lower bound (derived)");
    assertThat(page.select("#plateaus tr:contains(HOMOGENEOUS_LAST_BIAS) .tag").eachText())
        .containsExactly("derived");
  }

  @Test
  void showsTheTrainingAndItsLearningOrder() {
    Document page = page(GOLDEN);

    assertThat(page.select("#network-0-training-biases path.line")).hasSize(4);
    // The class that was never learned has no ring.
    assertThat(page.select("#network-0-training-biases circle.ring")).hasSize(3);
    assertThat(page.select("#network-0-training-order-data tbody tr").eachText())
        .contains("class 0 1 -1", "class 3 – never learned 1.25");
    assertThat(page.text())
        .contains("final bias is 0.80; the largest bias belongs to the class learned last");
  }

  @Test
  void showsProvenance() {
    assertThat(page(GOLDEN).select("#provenance dd").eachText())
        .contains("sha256:" + "0a".repeat(32), "7", "golden (train)", "2.5 s", "f00d");
  }

  @Test
  void warnsOfAnEndThatDoesNotMatchAndOfValuesThatAreNotFinite() {
    PathResult.Builder result =
        ResultsForTests.curve(List.of(0., .5, 1.), List.of(1., Double.NaN, 0.)).toBuilder();
    result
        .addEndChecksBuilder()
        .setStatus(EndCheckStatus.END_CHECK_STATUS_MISMATCHED)
        .setStoredLoss(2)
        .setMeasuredLoss(3);

    Document page = page(ReportEntry.of(result.build()));

    assertThat(page.select(".warnings li").eachText())
        .hasSize(2)
        .anyMatch(text -> text.contains("End mismatch"))
        .anyMatch(text -> text.startsWith("LINEAR: 1 point holds logits that are NaN or infinite"));
    assertThat(page.select("#network-0-loss path.not-finite")).hasSize(1);
    assertThat(page.select("#network-0-loss path.line").attr("d")).matches("M[^ML]+M[^ML]+");
  }

  @Test
  void escapesEveryText() {
    Document page = page(ResultsForTests.hostile());

    assertThat(page.select("script")).hasSize(1);
    assertThat(page.select("img")).isEmpty();
    assertThat(page.select("h2").eachText()).contains(ResultsForTests.HOSTILE);
    assertThat(page.select(".warnings li").eachText()).contains(ResultsForTests.HOSTILE);
    assertThat(
            page.select("*").stream()
                .flatMap(e -> e.attributes().asList().stream())
                .map(a -> a.getKey()))
        .noneMatch(name -> name.startsWith("on"));
  }

  @Test
  void theSameResultsGiveTheSamePage() {
    assertThat(Report.page(List.of(GOLDEN))).isEqualTo(Report.page(List.of(GOLDEN)));
  }

  @Test
  void networksOfOneKindHaveDifferentNames() {
    ReportEntry entry = ReportEntry.of(GoldenResults.twoSchemes("fcn3"));

    assertThat(page(entry, entry).select("section.network > h2").eachText())
        .doesNotHaveDuplicates();
  }

  static Stream<PathResult> edgeCases() {
    return Stream.of(
        PathResult.getDefaultInstance(),
        ResultsForTests.curve(List.of(), List.of()),
        ResultsForTests.curve(List.of(0.5), List.of(0.3)),
        ResultsForTests.curve(List.of(0., .5, 1.), List.of(1., Double.NaN, 0.)),
        ResultsForTests.curve(List.of(0., 1.), List.of(Double.POSITIVE_INFINITY, Double.NaN)),
        ResultsForTests.curve(List.of(0., 1.), List.of(0.9, 0.9)),
        ResultsForTests.curve(List.of(0., 1.), List.of(0., 0.)),
        ResultsForTests.curve(List.of(-3., 0., 1., 7.), List.of(4., 1., 0., 9.)),
        ResultsForTests.curve(List.of(0., 1.), List.of(Double.MAX_VALUE, -Double.MAX_VALUE)),
        ResultsForTests.curve(List.of(0., 1.), List.of(Double.MIN_VALUE, 0.)),
        ResultsForTests.curve(List.of(0.5, Math.nextUp(0.5)), List.of(1., 0.)),
        ResultsForTests.twentySchemes(),
        ResultsForTests.hundredClasses(),
        GoldenResults.path("fcn3"));
  }

  @ParameterizedTest
  @MethodSource("edgeCases")
  void drawsWhateverItIsGiven(PathResult result) {
    Document page = page(ReportEntry.of(result), GOLDEN);

    List<String> coordinates = new ArrayList<>();
    for (String attribute :
        List.of("d", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height")) {
      coordinates.addAll(page.select("svg [" + attribute + "]").eachAttr(attribute));
    }
    assertThat(coordinates)
        .isNotEmpty()
        .noneMatch(text -> text.contains("NaN") || text.contains("Infinity"));
    assertThat(page.select("svg.chart"))
        .allSatisfy(chart -> assertThat(chart.attr("data-x")).doesNotContain("NaN", "Infinity"));
    assertThat(page.select("svg [id], [id]").eachAttr("id")).doesNotHaveDuplicates();
  }

  @Test
  void twentySchemesLookDifferent() {
    List<String> looks =
        page(ReportEntry.of(ResultsForTests.twentySchemes()))
            .select("#network-0-loss path.line")
            .stream()
            .map(line -> line.className() + " " + line.attr("stroke-dasharray"))
            .toList();

    assertThat(looks).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void manyClassesAreCutShortAndTheReportSaysSo() {
    Document page = page(ReportEntry.of(ResultsForTests.hundredClasses()));

    assertThat(page.select("#network-0-classes-0-data thead th")).hasSize(41);
    assertThat(page.text()).contains("The first 40 of 100 classes are shown.");
  }

  private static double[] numbers(String text) {
    return Stream.of(text.split(" "))
        .filter(word -> word.matches("[-\\d.E]+"))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }
}
