package io.plateau.service.listing;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads filters: {@code FIELD OP VALUE} joined by {@code AND}, with = != &lt; &lt;= &gt; &gt;=. A
 * value is a word, or any text between double quotes with backslashes before quotes and
 * backslashes.
 */
public final class Filter {
  private static final int MOST_CONDITIONS = 32;
  private static final Pattern FIELD = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9._-]*)?");
  private static final Pattern SIGN = Pattern.compile("!=|<=|>=|=|<|>");
  private static final Pattern WORD = Pattern.compile("[^\\s\"=<>!]+");
  private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*+)\"");
  private static final Pattern AND = Pattern.compile("AND(?=\\s)");

  private final String text;
  private int position;

  private Filter(String text) {
    this.text = text;
  }

  /**
   * Reads a filter; no conditions where the text is empty.
   *
   * @throws ListException FILTER, with the position
   */
  public static List<Condition> parse(String text) {
    return new Filter(text).conditions();
  }

  private List<Condition> conditions() {
    List<Condition> conditions = new ArrayList<>();
    skipSpace();
    while (position < text.length()) {
      if (!conditions.isEmpty()) {
        take(AND, "AND between two conditions");
      }
      if (conditions.size() == MOST_CONDITIONS) {
        throw error("more than " + MOST_CONDITIONS + " conditions");
      }
      int start = position;
      String field = take(FIELD, "a field");
      String sign = take(SIGN, "one of = != < <= > >=");
      conditions.add(
          new Condition(field, Comparison.of(sign).orElseThrow(), List.of(value()), field, start));
    }
    return conditions;
  }

  private String value() {
    if (position < text.length() && text.charAt(position) == '"') {
      String quoted = take(QUOTED, "a closing quote");
      return quoted.substring(1, quoted.length() - 1).replaceAll("\\\\(.)", "$1");
    }
    return take(WORD, "a value");
  }

  private String take(Pattern pattern, String expected) {
    Matcher matcher = pattern.matcher(text).region(position, text.length());
    matcher.useTransparentBounds(true);
    if (!matcher.lookingAt()) {
      throw error("expected " + expected);
    }
    position = matcher.end();
    skipSpace();
    return matcher.group();
  }

  private void skipSpace() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }

  private ListException error(String problem) {
    return new ListException(
        ListException.Part.FILTER,
        position,
        problem
            + " at position "
            + position
            + ", such as labels.depth = \"8\" AND create_time >"
            + " \"2024-01-01T00:00:00Z\"");
  }
}
