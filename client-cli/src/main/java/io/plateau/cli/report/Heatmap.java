package io.plateau.cli.report;

import java.util.List;

/**
 * Shares over alpha, one row for each class.
 *
 * @param rows from the top; each value 0 to 1, not a number where the class has no samples
 */
record Heatmap(String id, String title, String description, Axis x, List<Series> rows) {}
