package io.plateau.service.listing;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One condition of a filter.
 *
 * @param field of the table
 * @param values one, or for EQUAL several of which any will do
 * @param written the field as the caller wrote it, such as {@code labels.depth}; empty if the
 *     server itself asks
 * @param position of the field in the filter's text, from 0
 */
public record Condition(
    String field, Comparison comparison, List<String> values, String written, int position) {
  public Condition {
    values = List.copyOf(values);
    if (values.isEmpty() || (values.size() > 1 && comparison != Comparison.EQUAL)) {
      throw new IllegalArgumentException("one value, or several for EQUAL: " + values);
    }
  }

  /** A condition that no caller wrote. */
  public static Condition equal(String field, String value) {
    return anyOf(field, List.of(value));
  }

  /** A condition that no caller wrote: any of the values will do. */
  public static Condition anyOf(String field, List<String> values) {
    return new Condition(field, Comparison.EQUAL, values, "", 0);
  }

  /**
   * The same condition on what the server keeps under another name.
   *
   * @param value turns a value as callers write it into one as it is kept
   */
  public Condition on(String otherField, UnaryOperator<String> value) {
    return new Condition(
        otherField, comparison, values.stream().map(value).toList(), written, position);
  }

  /** Whether the caller itself named this field of the table. */
  boolean isWritten() {
    return written.equals(field);
  }
}
