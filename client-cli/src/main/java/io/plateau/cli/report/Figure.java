package io.plateau.cli.report;

import static j2html.TagCreator.details;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.span;
import static j2html.TagCreator.strong;
import static j2html.TagCreator.summary;
import static j2html.TagCreator.text;
import static j2html.TagCreator.ul;

import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;

/** A drawing with its caption, its legend and its numbers. */
final class Figure {
  private Figure() {}

  /** One chart with all of these. */
  static DomContent of(Chart chart, DomContent... caption) {
    String table = chart.id() + "-data";
    return figure()
        .withClass("figure")
        .with(captioned(chart.title(), caption))
        .with(ChartSvg.draw(chart, table, 1))
        .with(legend(chart.series()))
        .with(data(DataTable.of(table, chart.title(), chart.xLabel(), chart.series())));
  }

  /**
   * One chart with a table of another form. The page's script leaves it alone: its points carry
   * titles.
   */
  static DomContent of(Chart chart, ContainerTag<?> table, DomContent... caption) {
    return figure()
        .withClass("figure")
        .with(captioned(chart.title(), caption))
        .with(ChartSvg.draw(chart, "", 1))
        .with(data(table));
  }

  /** A heat map. */
  static DomContent of(Heatmap map, DomContent... caption) {
    String table = map.id() + "-data";
    return figure()
        .withClass("figure")
        .with(captioned(map.title(), caption))
        .with(HeatmapSvg.draw(map, table))
        .with(data(DataTable.of(table, map.title(), Text.ALPHA, map.rows())));
  }

  /**
   * Small charts of the same series under one legend and one table.
   *
   * @param id unique on the page
   * @param names the short title of each chart, shown above it
   */
  static DomContent multiples(
      String id, String title, List<String> names, List<Chart> charts, DomContent... caption) {
    String table = id + "-data";
    List<Series> columns = new ArrayList<>();
    ContainerTag<?> grid = div().withClass("multiples");
    for (int i = 0; i < charts.size(); i++) {
      grid.with(
          div()
              .withClass("multiple")
              .with(p(names.get(i)).withClass("multiple-name"))
              .with(ChartSvg.draw(charts.get(i), table, columns.size() + 1)));
      for (Series series : charts.get(i).series()) {
        columns.add(
            new Series(
                names.get(i) + ": " + series.name(), series.style(), series.points(), List.of()));
      }
    }
    return figure()
        .withClass("figure wide")
        .withId(id)
        .with(captioned(title, caption))
        .with(grid)
        .with(legend(charts.get(0).series()))
        .with(data(DataTable.of(table, title, charts.get(0).xLabel(), columns)));
  }

  private static DomContent captioned(String title, DomContent... caption) {
    return figcaption(strong(title), text(" ")).with(caption);
  }

  private static DomContent legend(List<Series> series) {
    return ul().withClass("legend")
        .with(each(series, one -> li(swatch(one.style()), span(one.name()))));
  }

  private static DomContent swatch(int index) {
    Style style = Style.of(index);
    return Svg.element("svg")
        .attr("class", "swatch")
        .attr("viewBox", "0 0 34 10")
        .attr("aria-hidden", "true")
        .with(
            Svg.path("M1 5H33", "line " + style.colourClass())
                .attr("stroke-dasharray", style.dash().isEmpty() ? "none" : style.dash()))
        .with(Svg.path(style.markerPath(17, 5, 2.7), "marker " + style.colourClass()));
  }

  private static DomContent data(DomContent table) {
    return details(
            summary("Numbers of this figure"), div(table).withClass("scroll").withTabindex(0))
        .withClass("numbers");
  }
}
