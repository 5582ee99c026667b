package io.plateau.service.listing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One key of an order.
 *
 * @param field such as {@code create_time}
 * @param descending largest first
 */
public record SortKey(String field, boolean descending) {
  private static final int MOST = 8;

  /**
   * Reads {@code FIELD [asc|desc], ...}; the default where the text is empty.
   *
   * @throws ListException ORDER
   */
  public static List<SortKey> parse(String text, SortKey unset) {
    if (text.isBlank()) {
      return List.of(unset);
    }
    List<SortKey> keys = new ArrayList<>();
    Set<String> fields = new HashSet<>();
    int position = 0;
    for (String part : text.split(",", -1)) {
      String[] words = part.strip().split("\\s+", -1);
      boolean descending = words.length == 2 && words[1].equals("desc");
      boolean readable =
          words.length == 1 || descending || (words.length == 2 && words[1].equals("asc"));
      if (!readable || words[0].isEmpty()) {
        throw new ListException(
            ListException.Part.ORDER,
            position,
            "\"" + part.strip() + "\" is no key; write FIELD or FIELD desc, separated by commas");
      }
      if (!fields.add(words[0]) || keys.size() == MOST) {
        throw new ListException(
            ListException.Part.ORDER,
            position,
            "give each field once, and at most " + MOST + " of them");
      }
      keys.add(new SortKey(words[0], descending));
      position += part.length() + 1;
    }
    return keys;
  }

  @Override
  public String toString() {
    return field + (descending ? " desc" : "");
  }
}
