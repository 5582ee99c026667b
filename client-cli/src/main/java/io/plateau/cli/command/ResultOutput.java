package io.plateau.cli.command;

import io.plateau.cli.failure.CommandFailure;
import io.plateau.cli.failure.ExitCode;
import io.plateau.cli.option.OutputFormat;
import io.plateau.cli.progress.Terminal;
import io.plateau.cli.render.CsvRenderer;
import io.plateau.cli.render.JsonRenderer;
import io.plateau.cli.render.ResultRenderer;
import io.plateau.cli.render.TableRenderer;
import io.plateau.cli.render.TerminalPlot;
import io.plateau.proto.interpolator.v1.PathResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** How results of evaluations are printed and kept. */
final class ResultOutput {
  private static final int PLOT_ROWS = 12;

  private ResultOutput() {}

  /** Prints a result; with ndjson the items have been printed as they came. */
  static void print(PathResult result, OutputFormat format) {
    switch (format) {
      case table -> {
        if (Terminal.outputIsTerminal()) {
          plot("", result);
        }
        render(new TableRenderer(), List.of(result), System.out);
      }
      case csv -> render(new CsvRenderer(), List.of(result), System.out);
      case json -> render(new JsonRenderer(), List.of(result), System.out);
      case ndjson -> {}
    }
    System.out.flush();
  }

  /** Draws error and loss of every curve. */
  static void plot(String title, PathResult result) {
    TerminalPlot.Canvas canvas =
        new TerminalPlot.Canvas(
            Terminal.columns(), PLOT_ROWS, Terminal.colour(), Terminal.unicode());
    if (!title.isEmpty()) {
      System.out.println(title);
    }
    System.out.print(TerminalPlot.error(result, canvas));
    System.out.print(TerminalPlot.loss(result, canvas));
  }

  /** Prints the comparison of several results. */
  static void table(List<PathResult> results) {
    render(new TableRenderer(), results, System.out);
  }

  /** Writes a file that is there whole or not at all. */
  static void write(ResultRenderer renderer, List<PathResult> results, Path file)
      throws IOException {
    StringBuilder text = new StringBuilder();
    renderer.render(results, text);
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, text);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void render(ResultRenderer renderer, List<PathResult> results, Appendable out) {
    try {
      renderer.render(results, out);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.INTERNAL, "can't write: " + e.getMessage());
    }
  }
}
