package io.plateau.cli.report;

import java.util.List;

/**
 * What a line chart shows, apart from how it is drawn.
 *
 * @param id unique on the page
 * @param title what a screen reader says first, and the caption
 * @param description what the figure shows in words
 * @param size how large it is drawn
 * @param labels where names stand in the drawing
 */
record Chart(
    String id,
    String title,
    String description,
    String xLabel,
    String yLabel,
    Axis x,
    Axis y,
    List<Series> series,
    List<Lane> lanes,
    List<Level> levels,
    Size size,
    Labels labels) {
  /** Where the names of series stand beside the legend. */
  enum Labels {
    NONE,
    AT_LINE_ENDS,
    AT_POINTS
  }

  /** The plot's width and height without labels, in pixels at full size. */
  enum Size {
    FULL(470, 240),
    SMALL(180, 96);

    final int width;
    final int height;

    Size(int width, int height) {
      this.width = width;
      this.height = height;
    }
  }

  static Chart of(
      String id,
      String title,
      String description,
      String xLabel,
      String yLabel,
      Axis x,
      Axis y,
      List<Series> series) {
    return new Chart(
        id,
        title,
        description,
        xLabel,
        yLabel,
        x,
        y,
        List.copyOf(series),
        List.of(),
        List.of(),
        Size.FULL,
        Labels.NONE);
  }

  Chart withLanes(List<Lane> lanes) {
    return new Chart(
        id,
        title,
        description,
        xLabel,
        yLabel,
        x,
        y,
        series,
        List.copyOf(lanes),
        levels,
        size,
        labels);
  }

  Chart withLevels(List<Level> levels) {
    return new Chart(
        id,
        title,
        description,
        xLabel,
        yLabel,
        x,
        y,
        series,
        lanes,
        List.copyOf(levels),
        size,
        labels);
  }

  Chart withLabels(Labels labels) {
    return new Chart(
        id, title, description, xLabel, yLabel, x, y, series, lanes, levels, size, labels);
  }

  Chart small() {
    return new Chart(
        id, title, description, xLabel, yLabel, x, y, series, lanes, levels, Size.SMALL, labels);
  }
}
