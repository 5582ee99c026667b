package io.plateau.cli.report;

import static j2html.TagCreator.div;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.join;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.text;

import io.plateau.cli.render.NumberText;
import io.plateau.cli.render.SchemeName;
import io.plateau.proto.common.v1.ClassMargin;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.LastLayerSplit;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.PathResult;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What the last layer's biases do along the path. */
final class LastBiasSection {
  private static final int MULTIPLES = 12;
  private static final int MARGIN_SCHEMES = 2;

  /**
   * Added to a scheme's style for its second line: the same colour with another dash and marker.
   */
  private static final int SECOND_LINE = 7;

  private final PathResult result;
  private final String id;

  LastBiasSection(ReportEntry entry, String id) {
    this.result = entry.result();
    this.id = id + "-last-bias";
  }

  DomContent html() {
    List<Curve> curves = result.getCurvesList().stream().filter(Curves::hasSplit).toList();
    DomContent title = h3("What the last layer's biases do");
    if (curves.isEmpty()) {
      return div(title, p("Not measured, or the last layer has no biases."));
    }
    return div(
        title,
        p(tops(curves)),
        div(
                both(
                    "error",
                    "Error with and without the last biases",
                    "error",
                    Point::getError,
                    LastLayerSplit::getErrorWithoutBias),
                both(
                    "loss",
                    "Loss with and without the last biases",
                    "mean cross-entropy",
                    Point::getLoss,
                    LastLayerSplit::getLossWithoutBias),
                gap(),
                shares())
            .withClass("columns"),
        div().with(margins(curves)));
  }

  private String tops(List<Curve> curves) {
    List<String> sentences = new ArrayList<>();
    for (Curve curve : curves.subList(0, Math.min(4, curves.size()))) {
      List<String> tops = new ArrayList<>();
      int before = -1;
      for (Point point : curve.getPointsList()) {
        LastLayerSplit split = point.getLastLayerSplit();
        // Without a spread all biases are equal and none is the largest.
        if (point.hasLastLayerSplit()
            && split.getBiasSpread() > 0
            && split.getTopClass() != before) {
          before = split.getTopClass();
          tops.add(
              Curves.className(result, before)
                  + " from alpha "
                  + NumberText.share(point.getAlpha())
                  + " on");
        }
      }
      String scheme = SchemeName.of(curve.getScheme());
      if (tops.isEmpty()) {
        sentences.add(scheme + ": all last biases are equal along the whole path.");
      } else if (tops.size() <= 5) {
        sentences.add(
            scheme + ": the largest last bias (i*) is that of " + String.join(", ", tops) + ".");
      } else {
        sentences.add(
            scheme
                + ": the largest last bias (i*) changes "
                + (tops.size() - 1)
                + " times; at the end it is that of "
                + Curves.className(result, before)
                + ".");
      }
    }
    return String.join(" ", sentences);
  }

  private DomContent both(
      String kind,
      String title,
      String yLabel,
      ToDoubleFunction<Point> with,
      ToDoubleFunction<LastLayerSplit> without) {
    List<Series> series = new ArrayList<>();
    for (int c = 0; c < result.getCurvesCount(); c++) {
      if (Curves.hasSplit(result.getCurves(c))) {
        series.add(Curves.series(result.getCurves(c), with, "", c));
        series.add(split(c, without, ", without the last biases", c + SECOND_LINE));
      }
    }
    return chart(kind, title, yLabel, series);
  }

  private DomContent gap() {
    List<Series> series = new ArrayList<>();
    for (int c = 0; c < result.getCurvesCount(); c++) {
      if (Curves.hasSplit(result.getCurves(c))) {
        series.add(split(c, LastLayerSplit::getBiasGap, ", gap", c));
        series.add(split(c, LastLayerSplit::getBiasSpread, ", spread", c + SECOND_LINE));
      }
    }
    return chart(
        "gap",
        "Bias gap (largest minus second) and spread (largest minus smallest)",
        "bias",
        series);
  }

  private DomContent shares() {
    List<Series> series = new ArrayList<>();
    for (int c = 0; c < result.getCurvesCount(); c++) {
      if (Curves.hasSplit(result.getCurves(c))) {
        series.add(split(c, LastLayerSplit::getShareTop, ", read as i*", c));
        series.add(
            split(c, LastLayerSplit::getShareChanged, ", changed by the biases", c + SECOND_LINE));
      }
    }
    return chart(
        "shares",
        "Share of samples read as i*, and share that the last biases change",
        "share",
        series);
  }

  private DomContent chart(String kind, String title, String yLabel, List<Series> series) {
    return Figure.of(
        Chart.of(
            id + "-" + kind,
            title,
            PathSection.described(series),
            Text.ALPHA,
            yLabel,
            Curves.alphas(result),
            Curves.values(series, 5),
            series));
  }

  private Series split(int c, ToDoubleFunction<LastLayerSplit> value, String suffix, int style) {
    return Curves.series(
        result.getCurves(c),
        point ->
            point.hasLastLayerSplit() ? value.applyAsDouble(point.getLastLayerSplit()) : Double.NaN,
        suffix,
        style);
  }

  private List<DomContent> margins(List<Curve> curves) {
    List<DomContent> figures = new ArrayList<>();
    for (Curve curve : curves.subList(0, Math.min(MARGIN_SCHEMES, curves.size()))) {
      figures.add(margins(curve, id + "-margins-" + figures.size()));
    }
    return figures;
  }

  private DomContent margins(Curve curve, String figure) {
    List<Integer> classes = classesByBias(curve);
    double largestBias = 0;
    double lowest = 0;
    for (Point point : curve.getPointsList()) {
      for (ClassMargin margin : point.getLastLayerSplit().getMarginsList()) {
        largestBias = Math.max(largestBias, finite(margin.getBiasMargin()));
        lowest = Math.min(lowest, finite(margin.getMarginMean()));
      }
    }
    double top = largestBias > 0 ? 2 * largestBias : 1;
    Axis y = Axis.exactly(Math.max(lowest, -top / 2), top, 3);
    Axis wide = Curves.alphas(result);
    Axis x = Axis.exactly(wide.min(), wide.max(), 4);
    List<Chart> charts = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (int k : classes.subList(0, Math.min(MULTIPLES, classes.size()))) {
      Series.Collector mean = new Series.Collector();
      Series.Collector max = new Series.Collector();
      Series.Collector bias = new Series.Collector();
      for (Point point : curve.getPointsList()) {
        for (ClassMargin margin : point.getLastLayerSplit().getMarginsList()) {
          if (margin.getClassIndex() == k) {
            if (margin.hasMarginMean()) {
              mean.add(point.getAlpha(), margin.getMarginMean());
            }
            if (margin.hasMarginMax()) {
              max.add(point.getAlpha(), margin.getMarginMax());
            }
            bias.add(point.getAlpha(), margin.getBiasMargin());
          }
        }
      }
      List<Series> series =
          List.of(
              bias.named("bias margin b_i* - b_y", 1),
              mean.named("mean margin of s_y - s_i*", 0),
              max.named("largest margin of s_y - s_i*", 7));
      names.add(Curves.className(result, k));
      charts.add(
          Chart.of(
                  figure + "-class-" + k,
                  SchemeName.of(curve.getScheme()) + ", margins of " + Curves.className(result, k),
                  PathSection.described(series),
                  Text.ALPHA,
                  "margin",
                  x,
                  y,
                  series)
              .small());
    }
    String more =
        classes.size() > MULTIPLES
            ? " The "
                + MULTIPLES
                + " classes with the smallest bias margins of "
                + classes.size()
                + " are shown."
            : "";
    return Figure.multiples(
        figure,
        SchemeName.of(curve.getScheme())
            + ": margins of each class against the class of the largest bias",
        names,
        charts,
        join(
            text(
                " A class is read rightly once its samples' margin without biases rises above the bias margin. The axis ends at twice the"
                    + " largest bias margin; margins leave it above."
                    + more),
            span("")));
  }

  /**
   * Classes by ascending bias margin at the last alpha that has a split: i* first, the smallest
   * bias last.
   */
  private static List<Integer> classesByBias(Curve curve) {
    for (int i = curve.getPointsCount() - 1; i >= 0; i--) {
      if (curve.getPoints(i).hasLastLayerSplit()) {
        return curve.getPoints(i).getLastLayerSplit().getMarginsList().stream()
            .sorted(Comparator.comparingDouble(ClassMargin::getBiasMargin))
            .map(ClassMargin::getClassIndex)
            .toList();
      }
    }
    return List.of();
  }

  private static double finite(double value) {
    return Double.isFinite(value) ? value : 0;
  }
}
