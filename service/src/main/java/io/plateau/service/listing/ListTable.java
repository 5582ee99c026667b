package io.plateau.service.listing;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A table with the fields that callers may filter and order by. */
public final class ListTable {
  private static final String LABELS = "labels.";
  private static final int FINGERPRINT_DIGITS = 16;

  private final String name;
  private final Map<String, Field> fields;
  private final String labelTable;
  private final String labelKey;

  private enum Type {
    TEXT,
    TIME,
    NUMBER
  }

  /**
   * A field.
   *
   * @param column an SQL expression; for a text it may be NULL, which reads as empty
   * @param values that a text may have; empty for any
   * @param listed whether callers are told of it
   */
  private record Field(String column, Type type, Set<String> values, boolean listed) {}

  private ListTable(Builder builder) {
    this.name = builder.name;
    this.fields = Map.copyOf(builder.fields);
    this.labelTable = builder.labelTable;
    this.labelKey = builder.labelKey;
  }

  /** Begins a table whose key is {@code id}. */
  public static Builder of(String table) {
    return new Builder(table);
  }

  /**
   * Puts a list together.
   *
   * @param pageToken empty: from the start
   * @throws ListException if a condition or key is not one of this table, or the token is not of
   *     this list
   */
  public ListStatement statement(
      List<Condition> conditions, List<SortKey> order, String pageToken) {
    List<String> where = new ArrayList<>();
    Map<String, Object> bindings = new LinkedHashMap<>();
    for (Condition condition : conditions) {
      where.add(
          condition.field().startsWith(LABELS)
              ? label(condition, bindings)
              : comparison(condition, bindings));
    }
    List<ListStatement.Key> keys = new ArrayList<>();
    for (SortKey key : order) {
      Field field = fields.get(key.field());
      if (field == null || field.type() == Type.TEXT) {
        throw new ListException(
            ListException.Part.ORDER,
            0,
            "there is no order by " + key.field() + "; give one of " + sortable());
      }
      keys.add(
          new ListStatement.Key(
              key.field(), field.column(), field.type() == Type.TIME, key.descending()));
    }
    return new ListStatement(name, where, bindings, keys, fingerprint(conditions, order))
        .after(pageToken);
  }

  private String label(Condition condition, Map<String, Object> bindings) {
    if (labelTable.isEmpty()) {
      throw unknown(condition);
    }
    refuseOrder(condition);
    String key = bind(bindings, condition.field().substring(LABELS.length()));
    List<String> values = new ArrayList<>();
    condition.values().forEach(value -> values.add(":" + bind(bindings, value)));
    return (condition.comparison() == Comparison.NOT_EQUAL ? "NOT " : "")
        + "EXISTS (SELECT 1 FROM "
        + labelTable
        + " l WHERE l."
        + labelKey
        + " = "
        + name
        + ".id AND l.label_name = :"
        + key
        + " AND l.label_value IN ("
        + String.join(", ", values)
        + "))";
  }

  private String comparison(Condition condition, Map<String, Object> bindings) {
    Field field = fields.get(condition.field());
    if (field == null || (condition.isWritten() && !field.listed())) {
      throw unknown(condition);
    }
    String column = field.column();
    if (field.type() != Type.TEXT) {
      String value = bind(bindings, value(field, condition));
      return column + " " + condition.comparison().sql() + " :" + value;
    }
    refuseOrder(condition);
    for (String value : condition.values()) {
      if (!field.values().isEmpty() && !field.values().contains(value)) {
        throw error(
            condition,
            "'" + value + "' is no " + condition.written() + "; give one of " + field.values());
      }
    }
    boolean not = condition.comparison() == Comparison.NOT_EQUAL;
    if (condition.values().equals(List.of(""))) {
      return column + (not ? " IS NOT NULL" : " IS NULL");
    }
    List<String> values = new ArrayList<>();
    condition.values().forEach(value -> values.add(":" + bind(bindings, value)));
    String in = column + " IN (" + String.join(", ", values) + ")";
    return not ? "(" + column + " IS NULL OR NOT " + in + ")" : in;
  }

  private static Object value(Field field, Condition condition) {
    String value = condition.values().get(0);
    try {
      return field.type() == Type.TIME
          ? OffsetDateTime.parse(value).toInstant()
          : (Object) Long.valueOf(value);
    } catch (DateTimeException | NumberFormatException e) {
      throw error(
          condition,
          "'"
              + value
              + "' is no "
              + (field.type() == Type.TIME
                  ? "time; write it as \"2024-01-31T12:00:00Z\""
                  : "whole number"));
    }
  }

  private static String bind(Map<String, Object> bindings, Object value) {
    String parameter = "c" + bindings.size();
    bindings.put(parameter, value);
    return parameter;
  }

  private static void refuseOrder(Condition condition) {
    if (condition.comparison().orders()) {
      throw error(condition, condition.written() + " has no order; use = or !=");
    }
  }

  private ListException unknown(Condition condition) {
    Set<String> known = new TreeSet<>();
    fields.forEach(
        (field, definition) -> {
          if (definition.listed()) {
            known.add(field);
          }
        });
    if (!labelTable.isEmpty()) {
      known.add("labels.KEY");
    }
    return error(condition, "there is no field " + condition.written() + "; give one of " + known);
  }

  private static ListException error(Condition condition, String problem) {
    return new ListException(ListException.Part.FILTER, condition.position(), problem);
  }

  private Set<String> sortable() {
    Set<String> sortable = new TreeSet<>();
    fields.forEach(
        (field, definition) -> {
          if (definition.type() != Type.TEXT && definition.listed()) {
            sortable.add(field);
          }
        });
    return sortable;
  }

  private static String fingerprint(List<Condition> conditions, List<SortKey> order) {
    StringBuilder text = new StringBuilder();
    for (Condition condition : conditions) {
      text.append(condition.field())
          .append('\n')
          .append(condition.comparison())
          .append('\n')
          .append(condition.values().stream().sorted().toList())
          .append('\n');
    }
    return digest(text.append(order).toString());
  }

  private static String digest(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, FINGERPRINT_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Collects the fields of a table. */
  public static final class Builder {
    private final String name;
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private String labelTable = "";
    private String labelKey = "";

    private Builder(String name) {
      this.name = name;
    }

    /**
     * A text, compared by = and != only.
     *
     * @param column an SQL expression; NULL reads as the empty text
     * @param values that it may have; none given for any
     */
    @CanIgnoreReturnValue
    public Builder text(String field, String column, Set<String> values) {
      fields.put(field, new Field(column, Type.TEXT, new TreeSet<>(values), true));
      return this;
    }

    /** A text that only the server itself asks for. */
    @CanIgnoreReturnValue
    public Builder internal(String field, String column) {
      fields.put(field, new Field(column, Type.TEXT, Set.of(), false));
      return this;
    }

    /** A moment, never NULL. */
    @CanIgnoreReturnValue
    public Builder time(String field, String column) {
      fields.put(field, new Field(column, Type.TIME, Set.of(), true));
      return this;
    }

    /** A whole number, never NULL. */
    @CanIgnoreReturnValue
    public Builder number(String field, String column) {
      fields.put(field, new Field(column, Type.NUMBER, Set.of(), true));
      return this;
    }

    /**
     * Labels in a table of their own with label_name and label_value.
     *
     * @param key column that refers to this table's id
     */
    @CanIgnoreReturnValue
    public Builder labels(String table, String key) {
      labelTable = table;
      labelKey = key;
      return this;
    }

    public ListTable build() {
      return new ListTable(this);
    }
  }
}
