package io.plateau.cli.report;

import static j2html.TagCreator.div;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;
import static j2html.TagCreator.text;

import io.plateau.cli.render.SchemeName;
import io.plateau.proto.common.v1.BiasContribution;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.LayerContribution;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.PathResult;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What the biases of each layer contribute along the path, where that was measured. */
final class LayerSection {
  private static final int SCHEMES = 2;

  private final PathResult result;
  private final String id;

  LayerSection(ReportEntry entry, String id) {
    this.result = entry.result();
    this.id = id + "-layers";
  }

  DomContent html() {
    List<DomContent> figures = new ArrayList<>();
    int schemes = 0;
    for (Curve curve : result.getCurvesList()) {
      if (schemes < SCHEMES
          && curve.getPointsList().stream().anyMatch(Point::hasLayerContributions)) {
        figures.add(figure(curve, schemes, "error", BiasContribution::getError));
        figures.add(figure(curve, schemes, "loss", BiasContribution::getLoss));
        schemes++;
      }
    }
    if (figures.isEmpty()) {
      return text("");
    }
    return div(
        h3("What the biases of each layer contribute"),
        p("The value minus the value with the biases of one layer set to 0, and with all biases set to 0: above 0 the biases hurt, below 0"
                + " they help.")
            .withClass("note"),
        div().withClass("columns").with(figures));
  }

  private DomContent figure(
      Curve curve, int scheme, String kind, ToDoubleFunction<BiasContribution> value) {
    TreeMap<Integer, Series.Collector> layers = new TreeMap<>();
    Series.Collector all = new Series.Collector();
    for (Point point : curve.getPointsList()) {
      for (LayerContribution layer : point.getLayerContributions().getLayersList()) {
        layers
            .computeIfAbsent(layer.getLayer(), h -> new Series.Collector())
            .add(point.getAlpha(), value.applyAsDouble(layer.getContribution()));
      }
      if (point.getLayerContributions().hasAllBiases()) {
        all.add(
            point.getAlpha(), value.applyAsDouble(point.getLayerContributions().getAllBiases()));
      }
    }
    List<Series> series = new ArrayList<>();
    for (Map.Entry<Integer, Series.Collector> layer : layers.entrySet()) {
      series.add(layer.getValue().named("layer " + layer.getKey(), series.size()));
    }
    if (!all.isEmpty()) {
      series.add(all.named("all biases", series.size()));
    }
    return Figure.of(
        Chart.of(
                id + "-" + scheme + "-" + kind,
                SchemeName.of(curve.getScheme()) + ": contribution to the " + kind,
                PathSection.described(series),
                Text.ALPHA,
                kind + " with minus without",
                Curves.alphas(result),
                Curves.values(series, 5),
                series)
            .withLabels(Chart.Labels.AT_LINE_ENDS));
  }
}
