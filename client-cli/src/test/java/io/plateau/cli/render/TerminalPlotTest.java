package io.plateau.cli.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.cli.render.TerminalPlot.Canvas;
import io.plateau.cli.render.TerminalPlot.Line;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TerminalPlotTest {
  private static final Canvas ASCII = new Canvas(40, 5, false, false);
  private static final Canvas UNICODE = new Canvas(60, 10, false, true);

  private static final Line FALLING = new Line("LINEAR", List.of(0., 1.), List.of(1., 0.));

  @Test
  void drawsAFallingLineFromCornerToCorner() {
    assertThat(TerminalPlot.draw("error", List.of(FALLING), ASCII))
        .isEqualTo(
            """
            error
              1 +*****
                |     ********
            0.5 +             *********
                |                      ********
              0 +                              *****
                ++--------+-------+--------+-------+
                 0      0.25     0.5     0.75      1
                 * LINEAR
            """);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30, 41, 80, 200})
  void noLineIsLongerThanTheTerminal(int columns) {
    for (boolean unicode : new boolean[] {true, false}) {
      Canvas canvas = new Canvas(columns, 8, false, unicode);
      for (String plot :
          List.of(
              TerminalPlot.error(GoldenResults.path("fcn3"), canvas),
              TerminalPlot.loss(GoldenResults.path("fcn4_zero_b0"), canvas))) {
        assertThat(plot.lines()).allMatch(line -> line.length() <= Math.max(30, columns));
      }
    }
  }

  @Test
  void asciiIsAsciiAndNoColourIsNoColour() {
    assertThat(TerminalPlot.error(GoldenResults.path("fcn3"), ASCII)).matches("[\\n\\x20-\\x7e]*");
    assertThat(TerminalPlot.error(GoldenResults.path("fcn3"), UNICODE)).doesNotContain("\u001b");
  }

  @Test
  void everyColourThatIsSetIsResetOnItsLine() {
    String plot = TerminalPlot.error(GoldenResults.path("fcn3"), new Canvas(80, 12, true, true));

    assertThat(plot).contains("\u001b[38;5;");
    assertThat(plot.lines())
        .allMatch(line -> line.lastIndexOf("\u001b[0m") >= line.lastIndexOf("\u001b[38;5;"));
  }

  @Test
  void colourChangesNoCharacter() {
    String plain = TerminalPlot.error(GoldenResults.path("fcn3"), new Canvas(80, 12, false, true));
    String coloured =
        TerminalPlot.error(GoldenResults.path("fcn3"), new Canvas(80, 12, true, true));

    assertThat(coloured.replaceAll("\u001b\\[[\\d;]*m", "")).isEqualTo(plain);
  }

  @Test
  void twentyLinesHaveMarksOfTheirOwn() {
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      lines.add(new Line("scheme " + i, List.of(0., 0.5, 1.), List.of(1., i / 20., 0.)));
    }

    String plot = TerminalPlot.draw("t", lines, new Canvas(120, 24, false, true));

    List<String> legend =
        java.util.regex.Pattern.compile("(\\S) scheme (\\d+)")
            .matcher(plot)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(legend).hasSize(20).doesNotHaveDuplicates();
  }

  @Test
  void aValueThatIsNotFiniteIsMarkedAndBreaksTheLine() {
    Line line = new Line("LINEAR", List.of(0., 0.5, 1.), List.of(1., Double.NaN, 0.));

    String plot = TerminalPlot.draw("t", List.of(line), ASCII);

    assertThat(plot.lines().skip(1).findFirst().orElseThrow()).contains("!");
    assertThat(plot).contains("! not finite");
    // Only the two ends are drawn.
    assertThat(
            plot.lines()
                .limit(6)
                .mapToLong(text -> text.chars().filter(c -> c == '*').count())
                .sum())
        .isEqualTo(2);
  }

  @Test
  void onePointAConstantCurveAndNoCurveAreDrawn() {
    assertThat(TerminalPlot.draw("t", List.of(new Line("p", List.of(0.3), List.of(0.7))), ASCII))
        .contains("*");
    String constant =
        TerminalPlot.draw("t", List.of(new Line("c", List.of(0., 1.), List.of(0.9, 0.9))), ASCII);
    assertThat(constant.lines().skip(1).findFirst().orElseThrow()).contains("*".repeat(30));
    assertThat(
            TerminalPlot.draw("t", List.of(new Line("z", List.of(0., 1.), List.of(0., 0.))), ASCII))
        .contains("*".repeat(30));
    assertThat(TerminalPlot.draw("t", List.of(), ASCII)).startsWith("t\n");
    assertThat(TerminalPlot.draw("t", List.of(new Line("e", List.of(), List.of())), ASCII))
        .contains("* e");
  }

  @Test
  void alphasOutsideTheSegmentAndHugeValuesAreDrawn() {
    assertThat(TerminalPlot.loss(GoldenResults.path("fcn3"), UNICODE)).contains("-0.25", "1.25");
    assertThat(
            TerminalPlot.draw(
                "t",
                List.of(
                    new Line("h", List.of(0., 1.), List.of(Double.MAX_VALUE, -Double.MAX_VALUE))),
                ASCII))
        .contains("*");
  }

  @Test
  void namesCannotSendEscapeSequences() {
    assertThat(
            TerminalPlot.draw(
                "a\u001b[2J", List.of(new Line("b\u0007\n", List.of(0.), List.of(1.))), UNICODE))
        .doesNotContain("\u001b", "\u0007");
  }

  @Test
  void refusesCoordinatesThatDoNotPair() {
    assertThatThrownBy(() -> new Line("x", List.of(1.), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
