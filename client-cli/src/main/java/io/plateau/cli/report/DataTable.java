package io.plateau.cli.report;

import static j2html.TagCreator.caption;
import static j2html.TagCreator.each;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import io.plateau.cli.render.NumberText;
import j2html.tags.ContainerTag;
import java.util.List;
import java.util.TreeMap;

/**
 * The numbers of a figure as a table: x in the first column, one column for each series. The page's
 * script reads it.
 */
final class DataTable {
  private static final int DIGITS = 7;

  private DataTable() {}

  static ContainerTag<?> of(String id, String title, String xLabel, List<Series> series) {
    TreeMap<Double, Double[]> rows = new TreeMap<>();
    for (int i = 0; i < series.size(); i++) {
      for (Series.XY point : series.get(i).points()) {
        rows.computeIfAbsent(point.x(), x -> new Double[series.size()])[i] = point.y();
      }
    }
    return table()
        .withId(id)
        .withClass("data")
        .with(caption(title))
        .with(
            thead(
                tr(
                    th(xLabel).attr("scope", "col"),
                    each(series, one -> th(one.name()).attr("scope", "col")))))
        .with(
            tbody(
                each(
                    rows.entrySet(),
                    row ->
                        tr(
                            th(number(row.getKey())).attr("scope", "row"),
                            each(List.of(cells(row.getValue())), text -> td(text))))));
  }

  private static String[] cells(Double[] values) {
    String[] cells = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      cells[i] = values[i] == null ? Text.ABSENT : number(values[i]);
    }
    return cells;
  }

  private static String number(double value) {
    return NumberText.significant(value, DIGITS);
  }
}
