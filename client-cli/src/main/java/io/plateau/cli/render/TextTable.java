package io.plateau.cli.render;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A table of aligned columns: text to the left, numbers to the right, what is absent as "-". */
public final class TextTable {
  private static final String ABSENT = "-";
  private static final String GAP = "  ";

  private final List<String> headers;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param headers one for each column
   */
  public TextTable(List<String> headers) {
    this.headers = List.copyOf(headers);
  }

  /**
   * Adds a row.
   *
   * @param cells one for each column; an empty one is absent
   * @throws IllegalArgumentException if their number is not that of the headers
   */
  public void row(List<String> cells) {
    if (cells.size() != headers.size()) {
      throw new IllegalArgumentException(
          cells.size() + " cells for " + headers.size() + " columns");
    }
    rows.add(cells.stream().map(cell -> cell.isEmpty() ? ABSENT : oneLine(cell)).toList());
  }

  /** Writes the headers and the rows, a line each. */
  public void write(Appendable out) throws IOException {
    int columns = headers.size();
    int[] widths = new int[columns];
    boolean[] numeric = new boolean[columns];
    for (int c = 0; c < columns; c++) {
      int column = c;
      widths[c] =
          Math.max(
              width(headers.get(c)),
              rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0));
      numeric[c] =
          rows.stream()
              .allMatch(row -> row.get(column).matches("-|-?[\\d.,]+(e-?\\d+)?|NaN|-?infinite"));
    }
    line(out, headers, widths, numeric);
    for (List<String> row : rows) {
      line(out, row, widths, numeric);
    }
  }

  private static void line(Appendable out, List<String> cells, int[] widths, boolean[] numeric)
      throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = 0; c < widths.length; c++) {
      String padding = " ".repeat(widths[c] - width(cells.get(c)));
      line.append(c == 0 ? "" : GAP);
      line.append(numeric[c] ? padding + cells.get(c) : cells.get(c) + padding);
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }

  /**
   * A label may hold anything; a line end or an escape sequence in it must not reach the terminal.
   */
  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }
}
