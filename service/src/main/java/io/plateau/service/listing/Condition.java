package io.plateau.service.listing;

import java.util.List;

/**
 * One condition of a filter.
 *
 * @param field such as {@code state} or {@code labels.depth}
 * @param values one, or for EQUAL several of which any will do
 * @param position of the field in the filter's text, from 0
 */
public record Condition(String field, Comparison comparison, List<String> values, int position) {
  public Condition {
    values = List.copyOf(values);
    if (values.isEmpty() || (values.size() > 1 && comparison != Comparison.EQUAL)) {
      throw new IllegalArgumentException("one value, or several for EQUAL: " + values);
    }
  }

  /** A condition that no caller wrote. */
  public static Condition equal(String field, String value) {
    return new Condition(field, Comparison.EQUAL, List.of(value), 0);
  }

  /** A condition that no caller wrote: any of the values will do. */
  public static Condition anyOf(String field, List<String> values) {
    return new Condition(field, Comparison.EQUAL, values, 0);
  }
}
