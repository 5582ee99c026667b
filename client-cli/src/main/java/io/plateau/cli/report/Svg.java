package io.plateau.cli.report;

import j2html.TagCreator;
import j2html.tags.ContainerTag;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** SVG elements. Text and attributes are escaped by the library that renders them. */
final class Svg {
  private Svg() {}

  static ContainerTag<?> element(String name) {
    return TagCreator.tag(name);
  }

  static ContainerTag<?> line(double x1, double y1, double x2, double y2, String classes) {
    return element("line")
        .attr("x1", number(x1))
        .attr("y1", number(y1))
        .attr("x2", number(x2))
        .attr("y2", number(y2))
        .attr("class", classes);
  }

  static ContainerTag<?> path(String data, String classes) {
    return element("path").attr("d", data).attr("class", classes);
  }

  static ContainerTag<?> rectangle(
      double x, double y, double width, double height, String classes) {
    return element("rect")
        .attr("x", number(x))
        .attr("y", number(y))
        .attr("width", number(width))
        .attr("height", number(height))
        .attr("class", classes);
  }

  /**
   * @param anchor start, middle or end
   */
  static ContainerTag<?> text(double x, double y, String anchor, String classes, String text) {
    return element("text")
        .attr("x", number(x))
        .attr("y", number(y))
        .attr("text-anchor", anchor)
        .attr("class", classes)
        .withText(text);
  }

  /** A coordinate with two decimals at most. */
  static String number(double value) {
    double bounded = Math.max(-1e6, Math.min(1e6, value));
    BigDecimal rounded = BigDecimal.valueOf(bounded).setScale(2, RoundingMode.HALF_EVEN);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }
}
