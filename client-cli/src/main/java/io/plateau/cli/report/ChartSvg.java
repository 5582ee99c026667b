package io.plateau.cli.report;

import io.plateau.cli.render.NumberText;
import j2html.tags.ContainerTag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Draws a line chart as SVG. What moves under the pointer is read by the page's script from the
 * figure's table: the drawing carries its scales in {@code data-x} and {@code data-y} (minimum,
 * maximum, "log" or "linear") and its plot's rectangle in {@code data-plot}.
 */
final class ChartSvg {
  private static final int LANE_HEIGHT = 30;
  private static final int MARKERS_PER_LINE = 11;
  private static final double LETTER_WIDTH = 5.7;

  private final Chart chart;
  private final double left;
  private final double top;
  private final double right;
  private final double bottom;
  private final boolean small;

  private ChartSvg(Chart chart) {
    this.chart = chart;
    this.small = chart.size() == Chart.Size.SMALL;
    this.left = small ? 38 : 52;
    this.top = 10 + LANE_HEIGHT * chart.lanes().size();
    this.right = chart.labels() == Chart.Labels.AT_LINE_ENDS ? endLabelWidth(chart) : 14;
    this.bottom = small ? 22 : 40;
  }

  /**
   * Draws it.
   *
   * @param table the id of the table that holds the chart's data, x in its first column
   * @param firstColumn the table's column of the first series, counted from 0
   */
  static ContainerTag<?> draw(Chart chart, String table, int firstColumn) {
    return new ChartSvg(chart).svg(table, firstColumn);
  }

  private static double endLabelWidth(Chart chart) {
    int longest = chart.series().stream().mapToInt(s -> s.name().length()).max().orElse(0);
    return 18 + Math.min(longest, 24) * LETTER_WIDTH;
  }

  private double width() {
    return chart.size().width;
  }

  private double height() {
    return chart.size().height;
  }

  private double px(double x) {
    return left + chart.x().share(x) * width();
  }

  private double py(double y) {
    return top + (1 - chart.y().share(y)) * height();
  }

  private ContainerTag<?> svg(String table, int firstColumn) {
    String id = chart.id();
    ContainerTag<?> svg =
        Svg.element("svg")
            .attr("id", id)
            .attr("class", small ? "chart small" : "chart")
            .attr(
                "viewBox",
                "0 0 "
                    + Svg.number(left + width() + right)
                    + " "
                    + Svg.number(top + height() + bottom))
            .attr("role", "img")
            .attr("aria-labelledby", id + "-title " + id + "-description")
            .attr("tabindex", "0")
            .attr("data-table", table)
            .attr("data-column", String.valueOf(firstColumn))
            .attr("data-series", styles())
            .attr(
                "data-plot",
                Svg.number(left)
                    + " "
                    + Svg.number(top)
                    + " "
                    + Svg.number(width())
                    + " "
                    + Svg.number(height()))
            .attr("data-x", scale(chart.x()))
            .attr("data-y", scale(chart.y()))
            .with(Svg.element("title").attr("id", id + "-title").withText(chart.title()))
            .with(
                Svg.element("desc").attr("id", id + "-description").withText(chart.description()));
    svg.with(
        Svg.element("clipPath")
            .attr("id", id + "-clip")
            .with(Svg.rectangle(left - 1, top - 1, width() + 2, height() + 2, "")));
    grid(svg);
    levels(svg);
    lanes(svg);
    ContainerTag<?> lines = Svg.element("g").attr("clip-path", "url(#" + id + "-clip)");
    for (int i = 0; i < chart.series().size(); i++) {
      line(lines, chart.series().get(i), i);
    }
    svg.with(lines);
    for (Series series : chart.series()) {
      notFinite(svg, series);
    }
    switch (chart.labels()) {
      case NONE -> {}
      case AT_LINE_ENDS -> endLabels(svg);
      case AT_POINTS -> pointLabels(svg);
    }
    return svg.with(Svg.element("g").attr("class", "cursor"));
  }

  private String styles() {
    List<String> words = new ArrayList<>();
    for (Series series : chart.series()) {
      words.add(Style.of(series.style()).colourClass());
    }
    return String.join(" ", words);
  }

  private static String scale(Axis axis) {
    return axis.min() + " " + axis.max() + " " + (axis.log() ? "log" : "linear");
  }

  private void grid(ContainerTag<?> svg) {
    for (double tick : chart.y().ticks()) {
      svg.with(Svg.line(left, py(tick), left + width(), py(tick), tick == 0 ? "axis" : "grid"));
      svg.with(Svg.text(left - 6, py(tick) + 3.5, "end", "tick", chart.y().tickText(tick)));
    }
    for (double tick : chart.x().ticks()) {
      svg.with(Svg.line(px(tick), top + height(), px(tick), top + height() + 4, "axis"));
      svg.with(Svg.text(px(tick), top + height() + 16, "middle", "tick", chart.x().tickText(tick)));
    }
    svg.with(Svg.line(left, top + height(), left + width(), top + height(), "axis"));
    svg.with(Svg.line(left, top, left, top + height(), "axis"));
    // Where the path leaves the segment between its ends.
    if (chart.xLabel().equals(Text.ALPHA)) {
      for (double end : new double[] {0, 1}) {
        if (end > chart.x().min() && end < chart.x().max()) {
          svg.with(Svg.line(px(end), top, px(end), top + height(), "end"));
        }
      }
    }
    if (!small) {
      svg.with(
          Svg.text(left + width() / 2, top + height() + 34, "middle", "label", chart.xLabel()));
      svg.with(
          Svg.text(0, 0, "middle", "label", chart.yLabel())
              .attr(
                  "transform", "translate(13 " + Svg.number(top + height() / 2) + ") rotate(-90)"));
    }
  }

  private void levels(ContainerTag<?> svg) {
    for (Level level : chart.levels()) {
      if (!chart.y().contains(level.value())) {
        continue;
      }
      String classes =
          "level" + (level.style() < 0 ? "" : " " + Style.of(level.style()).colourClass());
      svg.with(Svg.line(left, py(level.value()), left + width(), py(level.value()), classes));
      if (!level.label().isEmpty()) {
        svg.with(
            Svg.text(
                left + width() - 3, py(level.value()) - 3, "end", "level-label", level.label()));
      }
    }
  }

  private void lanes(ContainerTag<?> svg) {
    for (int i = 0; i < chart.lanes().size(); i++) {
      lane(svg, chart.lanes().get(i), 6 + i * LANE_HEIGHT);
    }
  }

  private void lane(ContainerTag<?> svg, Lane lane, double laneTop) {
    String colour = Style.of(lane.style()).colourClass();
    double y = laneTop + 21;
    ContainerTag<?> group = Svg.element("g").attr("class", "lane " + colour);
    group.with(Svg.line(left, y, left + width(), y, "rail"));
    if (chart.x().contains(lane.from()) && chart.x().contains(lane.to())) {
      group.with(
          Svg.rectangle(
              px(lane.from()), y - 3, Math.max(px(lane.to()) - px(lane.from()), 1), 6, "bar"));
    }
    List<Lane.Mark> marks =
        lane.marks().stream()
            .filter(mark -> chart.x().contains(mark.alpha()))
            .sorted(Comparator.comparingDouble(Lane.Mark::alpha))
            .toList();
    double[] centres = labelCentres(marks);
    for (int i = 0; i < marks.size(); i++) {
      Lane.Mark mark = marks.get(i);
      double x = px(mark.alpha());
      symbol(group, mark.symbol(), x, y);
      if (!mark.label().isEmpty() && Math.abs(centres[i] - x) > 2) {
        group.with(Svg.line(centres[i], laneTop + 11, x, y - 5, "leader"));
      }
      if (mark.label().isEmpty()) {
        continue;
      }
      group.with(
          Svg.text(centres[i], laneTop + 8, "middle", "mark-label", label(mark))
              .attr("data-alpha", String.valueOf(mark.alpha())));
    }
    svg.with(group);
  }

  private void symbol(ContainerTag<?> group, Lane.Symbol symbol, double x, double y) {
    switch (symbol) {
      case EDGE -> group.with(Svg.line(x, y - 5, x, y + 5, "edge"));
      case LAST ->
          group.with(
              Svg.path(
                  "M" + Svg.number(x - 4) + " " + Svg.number(y) + "l4 -4l4 4l-4 4z", "hollow"));
      case HALF_DROP -> {
        group.with(
            Svg.path("M" + Svg.number(x - 5) + " " + Svg.number(y - 4) + "h10l-5 8z", "solid"));
        group.with(Svg.line(x, y + 4, x, top + height(), "drop"));
      }
      case PREDICTED ->
          group.with(
              Svg.path(
                  "M" + Svg.number(x - 4) + " " + Svg.number(y - 4) + "l8 8m0 -8l-8 8", "cross"));
    }
  }

  private static String label(Lane.Mark mark) {
    return mark.label().isEmpty() ? "" : mark.label() + " " + NumberText.share(mark.alpha());
  }

  /** Moves labels to the right until none covers another, then back from the right edge. */
  private double[] labelCentres(List<Lane.Mark> marks) {
    int n = marks.size();
    double[] half = new double[n];
    double[] centres = new double[n];
    double edge = left - 44;
    for (int i = 0; i < n; i++) {
      half[i] = label(marks.get(i)).length() * LETTER_WIDTH / 2;
      centres[i] = Math.max(px(marks.get(i).alpha()), edge + half[i]);
      edge = half[i] == 0 ? edge : centres[i] + half[i] + 8;
    }
    double limit = left + width() + right - 2;
    for (int i = n - 1; i >= 0; i--) {
      centres[i] = Math.min(centres[i], limit - half[i]);
      limit = half[i] == 0 ? limit : centres[i] - half[i] - 8;
    }
    return centres;
  }

  private void line(ContainerTag<?> lines, Series series, int index) {
    Style style = Style.of(series.style());
    StringBuilder path = new StringBuilder();
    boolean drawing = false;
    List<Series.XY> drawn = new ArrayList<>();
    for (Series.XY point : series.points()) {
      if (!drawable(point)) {
        drawing = false;
        continue;
      }
      path.append(drawing ? 'L' : 'M')
          .append(Svg.number(px(point.x())))
          .append(' ')
          .append(Svg.number(py(point.y())));
      drawing = true;
      drawn.add(point);
    }
    if (drawn.isEmpty()) {
      return;
    }
    lines.with(
        Svg.path(path.toString(), "line " + style.colourClass())
            .attr("stroke-dasharray", style.dash().isEmpty() ? "none" : style.dash())
            .attr("data-name", series.name()));
    StringBuilder markers = new StringBuilder();
    int stride = Math.max(1, (drawn.size() - 1) / MARKERS_PER_LINE + 1);
    int offset =
        drawn.size() <= 2 ? 0 : index * stride / Math.max(1, chart.series().size()) % stride;
    for (int i = offset; i < drawn.size(); i += stride) {
      markers.append(
          style.markerPath(px(drawn.get(i).x()), py(drawn.get(i).y()), small ? 1.8 : 2.7));
    }
    if (!markers.isEmpty()) {
      lines.with(Svg.path(markers.toString(), "marker " + style.colourClass()));
    }
    for (Series.XY ring : series.rings()) {
      if (drawable(ring)) {
        lines.with(
            Svg.element("circle")
                .attr("cx", Svg.number(px(ring.x())))
                .attr("cy", Svg.number(py(ring.y())))
                .attr("r", "5")
                .attr("class", "ring " + style.colourClass()));
      }
    }
  }

  private boolean drawable(Series.XY point) {
    return Double.isFinite(point.y())
        && Double.isFinite(point.x())
        && !(chart.y().log() && point.y() <= 0)
        && !(chart.x().log() && point.x() <= 0);
  }

  private void notFinite(ContainerTag<?> svg, Series series) {
    for (Series.XY point : series.points()) {
      if (!Double.isFinite(point.y()) && chart.x().contains(point.x())) {
        svg.with(
            Svg.path(
                    "M"
                        + Svg.number(px(point.x()) - 4)
                        + " "
                        + Svg.number(top + 2)
                        + "l8 8m0 -8l-8 8",
                    "not-finite " + Style.of(series.style()).colourClass())
                .attr("data-x", String.valueOf(point.x()))
                .with(
                    Svg.element("title")
                        .withText(
                            series.name()
                                + ": not finite at "
                                + NumberText.significant(point.x(), 6))));
      }
    }
  }

  /** Labels of points that stand close to one another stand in one column, moved apart. */
  private void pointLabels(ContainerTag<?> svg) {
    List<Labelled> points = new ArrayList<>();
    for (Series series : chart.series()) {
      for (Series.XY point : series.points()) {
        if (drawable(point)) {
          points.add(new Labelled(series.name(), px(point.x()), py(point.y())));
        }
      }
    }
    points.sort(Comparator.comparingDouble(Labelled::x));
    double columnWidth = 30 + endLabelWidth(chart);
    int from = 0;
    while (from < points.size()) {
      int to = from + 1;
      while (to < points.size() && points.get(to).x() - points.get(from).x() < columnWidth) {
        to++;
      }
      labelColumn(svg, points.subList(from, to));
      from = to;
    }
  }

  private record Labelled(String name, double x, double y) {}

  private void labelColumn(ContainerTag<?> svg, List<Labelled> points) {
    boolean leftward = points.get(points.size() - 1).x() > left + 0.75 * width();
    double x = leftward ? points.get(0).x() - 18 : points.get(points.size() - 1).x() + 18;
    List<Labelled> byHeight =
        points.stream().sorted(Comparator.comparingDouble(Labelled::y)).toList();
    double[] ys = apart(byHeight.stream().mapToDouble(Labelled::y).toArray(), 11);
    for (int i = 0; i < ys.length; i++) {
      Labelled one = byHeight.get(i);
      svg.with(Svg.line(one.x() + (leftward ? -5 : 5), one.y(), x, ys[i], "leader"));
      svg.with(
          Svg.text(
              x + (leftward ? -3 : 3),
              ys[i] + 3.5,
              leftward ? "end" : "start",
              "end-label",
              Text.shortened(one.name(), 24)));
    }
  }

  /** Moves ascending positions down until they are a gap apart, then up from the lower edge. */
  private double[] apart(double[] wanted, double gap) {
    double step = Math.min(gap, (height() + 14) / Math.max(1, wanted.length));
    double[] ys = new double[wanted.length];
    double edge = top - 6;
    for (int i = 0; i < ys.length; i++) {
      ys[i] = Math.max(wanted[i], edge);
      edge = ys[i] + step;
    }
    double limit = top + height() + 8;
    for (int i = ys.length - 1; i >= 0; i--) {
      ys[i] = Math.min(ys[i], limit);
      limit = ys[i] - step;
    }
    return ys;
  }

  private void endLabels(ContainerTag<?> svg) {
    record End(Series series, double y) {}
    List<End> ends = new ArrayList<>();
    for (Series series : chart.series()) {
      for (int i = series.points().size() - 1; i >= 0; i--) {
        if (drawable(series.points().get(i))) {
          double y = py(series.points().get(i).y());
          ends.add(new End(series, Math.max(top, Math.min(top + height(), y))));
          break;
        }
      }
    }
    ends.sort(Comparator.comparingDouble(End::y));
    double[] ys = apart(ends.stream().mapToDouble(End::y).toArray(), 12);
    double x = left + width();
    for (int i = 0; i < ys.length; i++) {
      String colour = Style.of(ends.get(i).series().style()).colourClass();
      svg.with(Svg.line(x + 1, ends.get(i).y(), x + 11, ys[i], "leader " + colour));
      svg.with(
          Svg.text(
              x + 14,
              ys[i] + 3.5,
              "start",
              "end-label",
              Text.shortened(ends.get(i).series().name(), 24)));
    }
  }
}
