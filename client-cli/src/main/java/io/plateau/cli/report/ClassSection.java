package io.plateau.cli.report;

import static j2html.TagCreator.div;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;
import static j2html.TagCreator.text;

import io.plateau.cli.render.SchemeName;
import io.plateau.proto.common.v1.ClassMargin;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.PerClass;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.PathResult;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** The error of each class over alpha: the staircase in which classes come to be read rightly. */
final class ClassSection {
  private static final int SCHEMES = 4;
  private static final int CLASSES = 40;

  private final PathResult result;
  private final String id;

  ClassSection(ReportEntry entry, String id) {
    this.result = entry.result();
    this.id = id + "-classes";
  }

  DomContent html() {
    List<DomContent> figures = new ArrayList<>();
    for (Curve curve : result.getCurvesList()) {
      if (figures.size() < SCHEMES
          && curve.getPointsList().stream().anyMatch(p -> p.getPerClassCount() > 0)) {
        figures.add(figure(curve, id + "-" + figures.size()));
      }
    }
    if (figures.isEmpty()) {
      return text("");
    }
    String order =
        "Rows are ordered by the last layer's biases at the end of the path, the largest on top; without them, by class.";
    String fewer =
        result.getCurvesCount() > SCHEMES ? " The first " + SCHEMES + " schemes are shown." : "";
    return div(
        h3("Error of each class along the path"),
        p(order + fewer).withClass("note"),
        div().withClass("columns").with(figures));
  }

  private DomContent figure(Curve curve, String figure) {
    TreeMap<Integer, Series.Collector> errors = new TreeMap<>();
    for (Point point : curve.getPointsList()) {
      for (PerClass one : point.getPerClassList()) {
        errors
            .computeIfAbsent(one.getClassIndex(), k -> new Series.Collector())
            .add(point.getAlpha(), one.hasError() ? one.getError() : Double.NaN);
      }
    }
    List<Integer> order = new ArrayList<>(errors.keySet());
    double[] margins = biasMargins(curve);
    order.sort(
        Comparator.comparingDouble((Integer k) -> k < margins.length ? margins[k] : 0)
            .thenComparing(Comparator.naturalOrder()));
    List<Series> rows = new ArrayList<>();
    for (int k : order.subList(0, Math.min(CLASSES, order.size()))) {
      rows.add(errors.get(k).named(Curves.className(result, k), k));
    }
    String name = SchemeName.of(curve.getScheme());
    String fewer =
        order.size() > CLASSES
            ? " The first " + CLASSES + " of " + order.size() + " classes are shown."
            : "";
    return Figure.of(
        new Heatmap(
            figure,
            name + ": error of each class",
            "One row for each class, alpha from left to right, the darker the larger the error. "
                + PathSection.described(rows),
            Curves.alphas(result),
            rows),
        text(fewer));
  }

  private static double[] biasMargins(Curve curve) {
    for (int i = curve.getPointsCount() - 1; i >= 0; i--) {
      if (curve.getPoints(i).hasLastLayerSplit()) {
        return curve.getPoints(i).getLastLayerSplit().getMarginsList().stream()
            .mapToDouble(ClassMargin::getBiasMargin)
            .toArray();
      }
    }
    return new double[0];
  }
}
