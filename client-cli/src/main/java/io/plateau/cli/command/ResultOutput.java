package io.plateau.cli.command;

import io.plateau.cli.option.OutputFormat;
import io.plateau.proto.interpolator.v1.PathResult;

/** How results of evaluations are printed. */
final class ResultOutput {
  private ResultOutput() {}

  /** Prints a result; with ndjson the items have been printed as they came. */
  static void print(PathResult result, OutputFormat format) {
    switch (format) {
      case json -> System.out.println(Rows.json(result, false));
      case ndjson -> {}
      case csv, table -> System.out.println(Rows.json(result, false));
    }
  }
}
