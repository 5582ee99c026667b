package io.plateau.cli.report;

import java.util.List;

/**
 * A strip above a chart that shows where a curve has its plateau: a bar over the contiguous plateau
 * and labelled marks.
 *
 * @param style the style of the curve
 * @param from where the bar begins; NaN: no bar
 * @param to where the bar ends
 * @param marks by ascending alpha
 */
record Lane(int style, double from, double to, List<Mark> marks) {
  /** A labelled alpha. */
  record Mark(double alpha, String label, Symbol symbol) {}

  /** What a mark looks like. */
  enum Symbol {
    EDGE,
    LAST,
    HALF_DROP,
    PREDICTED
  }
}
