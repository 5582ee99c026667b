package io.plateau.cli.render;

import io.plateau.cli.option.OutputFormat;
import io.plateau.proto.interpolator.v1.PathResult;
import java.io.IOException;
import java.util.List;

/** Writes results in one format. */
@FunctionalInterface
public interface ResultRenderer {
  /**
   * Writes all of it, the last line ended.
   *
   * @param results at least one
   * @throws IOException if {@code out} cannot be written to
   */
  void render(List<PathResult> results, Appendable out) throws IOException;

  /** The renderer of a format. */
  static ResultRenderer of(OutputFormat format) {
    return switch (format) {
      case table -> new TableRenderer();
      case csv -> new CsvRenderer();
      case json -> new JsonRenderer();
      case ndjson -> new NdjsonRenderer();
    };
  }
}
