package io.plateau.cli.report;

import j2html.tags.ContainerTag;
import java.util.List;

/**
 * Draws shares as the opacity of one colour, so that it reads on a light and a dark page, in print
 * and without colour vision.
 */
final class HeatmapSvg {
  private static final double LEFT = 118;
  private static final double TOP = 6;
  private static final double WIDTH = 420;
  private static final int LEVELS = 20;

  private HeatmapSvg() {}

  static ContainerTag<?> draw(Heatmap map, String table) {
    double rowHeight = map.rows().size() <= 16 ? 18 : map.rows().size() <= 30 ? 13 : 11;
    double height = rowHeight * map.rows().size();
    String id = map.id();
    ContainerTag<?> svg =
        Svg.element("svg")
            .attr("id", id)
            .attr("class", "chart heat")
            .attr(
                "viewBox",
                "0 0 " + Svg.number(LEFT + WIDTH + 14) + " " + Svg.number(TOP + height + 62))
            .attr("role", "img")
            .attr("aria-labelledby", id + "-title " + id + "-description")
            .attr("tabindex", "0")
            .attr("data-table", table)
            .attr("data-column", "1")
            .attr("data-series", "")
            .attr(
                "data-plot",
                Svg.number(LEFT)
                    + " "
                    + Svg.number(TOP)
                    + " "
                    + Svg.number(WIDTH)
                    + " "
                    + Svg.number(height))
            .attr("data-x", map.x().min() + " " + map.x().max() + " linear")
            .with(Svg.element("title").attr("id", id + "-title").withText(map.title()))
            .with(Svg.element("desc").attr("id", id + "-description").withText(map.description()));
    for (int i = 0; i < map.rows().size(); i++) {
      double y = TOP + i * rowHeight;
      svg.with(
          Svg.text(
              LEFT - 6,
              y + rowHeight / 2 + 3.5,
              "end",
              "tick",
              Text.shortened(map.rows().get(i).name(), 20)));
      row(svg, map.x(), map.rows().get(i).points(), y, rowHeight);
    }
    svg.with(Svg.rectangle(LEFT, TOP, WIDTH, height, "frame"));
    for (double tick : map.x().ticks()) {
      double x = LEFT + map.x().share(tick) * WIDTH;
      svg.with(Svg.line(x, TOP + height, x, TOP + height + 4, "axis"));
      svg.with(Svg.text(x, TOP + height + 16, "middle", "tick", map.x().tickText(tick)));
    }
    svg.with(Svg.text(LEFT + WIDTH / 2, TOP + height + 33, "middle", "label", Text.ALPHA));
    key(svg, TOP + height + 44);
    return svg.with(Svg.element("g").attr("class", "cursor"));
  }

  /**
   * Each value colours the ground from halfway to its left neighbour to halfway to its right one;
   * equal neighbours become one.
   */
  private static void row(
      ContainerTag<?> svg, Axis axis, List<Series.XY> points, double y, double rowHeight) {
    int i = 0;
    while (i < points.size()) {
      int level = level(points.get(i).y());
      int j = i;
      while (j + 1 < points.size() && level(points.get(j + 1).y()) == level) {
        j++;
      }
      double from = i == 0 ? axis.min() : (points.get(i - 1).x() + points.get(i).x()) / 2;
      double to =
          j == points.size() - 1 ? axis.max() : (points.get(j).x() + points.get(j + 1).x()) / 2;
      double x = LEFT + axis.share(from) * WIDTH;
      double width = LEFT + axis.share(to) * WIDTH - x;
      if (level > 0) {
        svg.with(
            Svg.rectangle(x, y + 0.5, width, rowHeight - 1, "cell")
                .attr("fill-opacity", Svg.number(level / (double) LEVELS)));
      } else if (level < 0) {
        svg.with(Svg.rectangle(x, y + 0.5, width, rowHeight - 1, "unknown"));
      }
      i = j + 1;
    }
  }

  /** A twentieth of the share, the least one for anything above 0; -1 for no value. */
  private static int level(double share) {
    if (Double.isNaN(share)) {
      return -1;
    }
    return share <= 0 ? 0 : (int) Math.max(1, Math.min(LEVELS, Math.round(share * LEVELS)));
  }

  private static void key(ContainerTag<?> svg, double y) {
    double width = 130;
    double left = LEFT + WIDTH - width - 22;
    svg.with(Svg.text(left - 8, y + 9, "end", "tick", "error 0"));
    for (int level = 1; level <= LEVELS; level++) {
      svg.with(
          Svg.rectangle(left + (level - 1) * width / LEVELS, y, width / LEVELS + 0.2, 10, "cell")
              .attr("fill-opacity", Svg.number(level / (double) LEVELS)));
    }
    svg.with(Svg.rectangle(left, y, width, 10, "frame"));
    svg.with(Svg.text(left + width + 8, y + 9, "start", "tick", "1"));
  }
}
