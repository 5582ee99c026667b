package io.plateau.cli.render;

import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.PathResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Lines over alpha, drawn in characters: dots of Braille patterns where the terminal shows them,
 * plain ASCII elsewhere. Each line carries a mark of its own, so that it is told apart without
 * colour.
 */
public final class TerminalPlot {
  private static final int LEAST_COLUMNS = 30;
  private static final int LEAST_ROWS = 4;
  private static final int MARK_EVERY = 9;
  private static final String UNICODE_MARKS = "●■▲◆▼★○□△◇▽☆";
  private static final String ASCII_MARKS = "*o+x#@%&$=~^";
  private static final int[] COLOURS = {32, 166, 36, 175, 178, 117, 250};

  /**
   * What the terminal can show.
   *
   * @param columns characters of a line
   * @param rows lines of the plot's ground, axes and legend not counted
   * @param colour whether escape sequences for colours are welcome
   * @param unicode whether characters beyond ASCII are
   */
  public record Canvas(int columns, int rows, boolean colour, boolean unicode) {
    public Canvas {
      columns = Math.max(LEAST_COLUMNS, columns);
      rows = Math.max(LEAST_ROWS, rows);
    }
  }

  /**
   * One line.
   *
   * @param name what the legend calls it
   * @param x ascending
   * @param y as many; a value that is not finite breaks the line and is marked at the top
   */
  public record Line(String name, List<Double> x, List<Double> y) {
    public Line {
      x = List.copyOf(x);
      y = List.copyOf(y);
      if (x.size() != y.size()) {
        throw new IllegalArgumentException(x.size() + " x for " + y.size() + " y");
      }
    }
  }

  private TerminalPlot() {}

  /** The error of every curve of a result. */
  public static String error(PathResult result, Canvas canvas) {
    return draw(
        ResultName.of(result) + ": error over alpha", lines(result, Point::getError), canvas);
  }

  /** The loss of every curve of a result. */
  public static String loss(PathResult result, Canvas canvas) {
    return draw(ResultName.of(result) + ": loss over alpha", lines(result, Point::getLoss), canvas);
  }

  private static List<Line> lines(PathResult result, ToDoubleFunction<Point> value) {
    List<Line> lines = new ArrayList<>();
    for (Curve curve : result.getCurvesList()) {
      lines.add(
          new Line(
              SchemeName.of(curve.getScheme()),
              curve.getPointsList().stream().map(Point::getAlpha).toList(),
              curve.getPointsList().stream().map(value::applyAsDouble).toList()));
    }
    return lines;
  }

  /** Title, plot, x axis and legend; every line ended, none longer than the canvas allows. */
  public static String draw(String title, List<Line> lines, Canvas canvas) {
    return new Drawing(lines, canvas).draw(title);
  }

  /** One plot in the making. */
  private static final class Drawing {
    private final List<Line> lines;
    private final Canvas canvas;
    private final double minX;
    private final double maxX;
    private final double minY;
    private final double maxY;
    private final int labels;
    private final int width;
    private final int rows;
    private final int dotsX;
    private final int dotsY;

    /** The line whose colour a cell has, or -1; its dots; its mark, or 0. */
    private final int[][] owner;

    private final int[][] dots;
    private final int[][] mark;
    private boolean notFinite;

    Drawing(List<Line> lines, Canvas canvas) {
      this.lines = lines;
      this.canvas = canvas;
      double[] x = range(lines, true);
      double[] y = range(lines, false);
      this.minX = x[0];
      this.maxX = x[1];
      this.minY = Math.min(0, y[0]);
      this.maxY = y[1] > minY ? y[1] : minY + 1;
      this.rows = canvas.rows();
      int longest = 0;
      for (int row = 0; row < rows; row++) {
        longest = Math.max(longest, yLabel(row).length());
      }
      this.labels = longest;
      this.width = Math.max(10, canvas.columns() - labels - 2);
      this.dotsX = canvas.unicode() ? 2 : 1;
      this.dotsY = canvas.unicode() ? 4 : 1;
      this.owner = new int[rows][width];
      this.dots = new int[rows][width];
      this.mark = new int[rows][width];
      for (int[] row : owner) {
        Arrays.fill(row, -1);
      }
    }

    private static double[] range(List<Line> lines, boolean ofX) {
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (Line line : lines) {
        for (double value : ofX ? line.x() : line.y()) {
          if (Double.isFinite(value)) {
            // A difference of two doubles must stay finite.
            double bounded = Math.max(-1e300, Math.min(1e300, value));
            min = Math.min(min, bounded);
            max = Math.max(max, bounded);
          }
        }
      }
      if (min > max) {
        return new double[] {0, 1};
      }
      if (min == max && ofX) {
        return new double[] {min - 0.5, max + 0.5};
      }
      return new double[] {min, max};
    }

    String draw(String title) {
      for (int i = 0; i < lines.size(); i++) {
        line(i);
      }
      StringBuilder out = new StringBuilder();
      out.append(cut(title.replaceAll("\\p{Cntrl}", " "), canvas.columns())).append('\n');
      for (int row = 0; row < rows; row++) {
        String label = yLabel(row);
        out.append(" ".repeat(labels - label.length())).append(label).append(' ');
        out.append(
            label.isEmpty() ? (canvas.unicode() ? '│' : '|') : (canvas.unicode() ? '┤' : '+'));
        out.append(cells(row)).append('\n');
      }
      xAxis(out);
      legend(out);
      return out.toString();
    }

    private void line(int index) {
      Line line = lines.get(index);
      int lastX = 0;
      int lastY = 0;
      boolean drawing = false;
      int nextMark = index * MARK_EVERY / Math.max(1, lines.size());
      List<int[]> places = new ArrayList<>();
      for (int i = 0; i < line.x().size(); i++) {
        double x = line.x().get(i);
        double y = line.y().get(i);
        if (!Double.isFinite(x)) {
          drawing = false;
          continue;
        }
        int px = dot((x - minX) / (maxX - minX), width * dotsX);
        if (!Double.isFinite(y)) {
          drawing = false;
          notFinite = true;
          mark[0][px / dotsX] = '!';
          owner[0][px / dotsX] = index;
          continue;
        }
        double share = (Math.max(-1e300, Math.min(1e300, y)) - minY) / (maxY - minY);
        int py = rows * dotsY - 1 - dot(share, rows * dotsY);
        if (drawing) {
          segment(index, lastX, lastY, px, py, places);
        } else {
          place(index, px, py, places);
        }
        drawing = true;
        lastX = px;
        lastY = py;
      }
      // Marks sit on the line, spread apart; a short line gets one at its beginning.
      boolean any = false;
      for (int[] cell : places) {
        if (cell[1] >= nextMark || (!any && cell == places.get(places.size() - 1))) {
          if (mark[cell[0]][cell[1]] == 0) {
            mark[cell[0]][cell[1]] = markOf(index);
            owner[cell[0]][cell[1]] = index;
            any = true;
            nextMark = cell[1] + MARK_EVERY;
          }
        }
      }
    }

    private static int dot(double share, int count) {
      return (int) Math.max(0, Math.min(count - 1, Math.round(share * (count - 1))));
    }

    /** Bresenham's line. */
    private void segment(int index, int x0, int y0, int x1, int y1, List<int[]> places) {
      int dx = Math.abs(x1 - x0);
      int dy = -Math.abs(y1 - y0);
      int sx = x0 < x1 ? 1 : -1;
      int sy = y0 < y1 ? 1 : -1;
      int error = dx + dy;
      int x = x0;
      int y = y0;
      while (true) {
        place(index, x, y, places);
        if (x == x1 && y == y1) {
          return;
        }
        int twice = 2 * error;
        if (twice >= dy) {
          error += dy;
          x += sx;
        }
        if (twice <= dx) {
          error += dx;
          y += sy;
        }
      }
    }

    private void place(int index, int px, int py, List<int[]> places) {
      int row = py / dotsY;
      int column = px / dotsX;
      if (owner[row][column] < 0 || mark[row][column] == 0) {
        owner[row][column] = index;
      }
      if (canvas.unicode()) {
        int x = px % 2;
        int y = py % 4;
        // Unicode numbers a cell's dots 1-3 and 7 down the left side, 4-6 and 8 down the right.
        dots[row][column] |= y == 3 ? 0x40 << x : 1 << (y + 3 * x);
      } else if (dots[row][column] == 0) {
        dots[row][column] = markOf(index);
      }
      places.add(new int[] {row, column});
    }

    private int markOf(int index) {
      String marks = canvas.unicode() ? UNICODE_MARKS : ASCII_MARKS;
      return index < marks.length() ? marks.charAt(index) : 'A' + (index - marks.length()) % 26;
    }

    private String cells(int row) {
      StringBuilder text = new StringBuilder();
      int colour = -1;
      int last = width;
      while (last > 0 && mark[row][last - 1] == 0 && dots[row][last - 1] == 0) {
        last--;
      }
      for (int column = 0; column < last; column++) {
        int wanted = mark[row][column] == 0 && dots[row][column] == 0 ? -1 : owner[row][column];
        if (canvas.colour() && wanted != colour) {
          text.append(wanted < 0 ? "\u001b[0m" : colourOf(wanted));
          colour = wanted;
        }
        if (mark[row][column] != 0) {
          text.append((char) mark[row][column]);
        } else if (dots[row][column] != 0) {
          text.append((char) (canvas.unicode() ? 0x2800 + dots[row][column] : dots[row][column]));
        } else {
          text.append(' ');
        }
      }
      return text.append(canvas.colour() && colour >= 0 ? "\u001b[0m" : "").toString();
    }

    private static String colourOf(int index) {
      return "\u001b[38;5;" + COLOURS[index % COLOURS.length] + "m";
    }

    /** A number at the top, at the bottom and at three places between, as far as there is room. */
    private String yLabel(int row) {
      int every = Math.max(2, (rows - 1) / 4);
      boolean labelled = row == 0 || row == rows - 1 || (row % every == 0 && rows - 1 - row >= 2);
      return labelled ? NumberText.significant(maxY - (maxY - minY) * row / (rows - 1), 3) : "";
    }

    private void xAxis(StringBuilder out) {
      char[] axis = (canvas.unicode() ? "─" : "-").repeat(width).toCharArray();
      char[] numbers = " ".repeat(labels + 2 + width).toCharArray();
      int free = 0;
      for (int i = 0; i <= 4; i++) {
        int column = dot(i / 4.0, width);
        String text = NumberText.significant(minX + (maxX - minX) * i / 4, 3);
        int start =
            Math.min(labels + 2 + column - text.length() / 2, numbers.length - text.length());
        if (start >= free) {
          axis[column] = canvas.unicode() ? '┬' : '+';
          text.getChars(0, text.length(), numbers, start);
          free = start + text.length() + 1;
        }
      }
      out.append(" ".repeat(labels + 1))
          .append(canvas.unicode() ? '└' : '+')
          .append(axis)
          .append('\n');
      out.append(new String(numbers).stripTrailing()).append('\n');
    }

    private void legend(StringBuilder out) {
      String indent = " ".repeat(labels + 2);
      int used = 0;
      for (int i = 0; i < lines.size(); i++) {
        String name = cut(lines.get(i).name().replaceAll("\\p{Cntrl}", " "), width - 2);
        int length = 2 + name.length();
        if (used > 0 && used + 3 + length > width) {
          out.append('\n');
          used = 0;
        }
        out.append(used == 0 ? indent : "   ");
        out.append(canvas.colour() ? colourOf(i) : "").append((char) markOf(i));
        out.append(canvas.colour() ? "\u001b[0m" : "").append(' ').append(name);
        used += (used == 0 ? 0 : 3) + length;
      }
      out.append(used > 0 ? "\n" : "");
      if (notFinite) {
        out.append(cut(indent + "! not finite", canvas.columns())).append('\n');
      }
    }

    private String cut(String text, int length) {
      if (text.length() <= length) {
        return text;
      }
      String end = canvas.unicode() ? "…" : "...";
      return text.substring(0, Math.max(0, length - end.length())) + end;
    }
  }
}
