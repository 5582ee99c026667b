package io.plateau.service.listing;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * The SQL of one page of a list. A page goes on after the last row of the one before, by the values
 * of its sort keys and its id, so that rows which come and go meanwhile shift no other.
 */
public final class ListStatement {
  /** A sort key as SQL knows it. */
  record Key(String field, String column, boolean time, boolean descending) {}

  private final String table;
  private final List<String> where;
  private final Map<String, Object> bindings;
  private final List<Key> keys;
  private final String fingerprint;

  ListStatement(
      String table,
      List<String> where,
      Map<String, Object> bindings,
      List<Key> keys,
      String fingerprint) {
    this.table = table;
    this.where = List.copyOf(where);
    this.bindings = bindings;
    this.keys = List.copyOf(keys);
    this.fingerprint = fingerprint;
  }

  /** The page that a token leads to. */
  ListStatement after(String pageToken) {
    if (pageToken.isEmpty()) {
      return this;
    }
    String[] parts = decode(pageToken);
    if (parts.length != keys.size() + 2 || !parts[keys.size() + 1].equals(fingerprint)) {
      throw invalidToken();
    }
    Map<String, Object> more = new LinkedHashMap<>(bindings);
    for (int i = 0; i < keys.size(); i++) {
      long value = number(parts[i]);
      more.put("k" + i, keys.get(i).time() ? moment(value) : (Object) value);
    }
    more.put("kid", parts[keys.size()]);
    List<String> conditions = new ArrayList<>(where);
    conditions.add(position());
    return new ListStatement(table, conditions, more, keys, fingerprint);
  }

  /**
   * The query of whole rows.
   *
   * @param limit rows at most
   */
  public Query query(Handle handle, int limit) {
    StringBuilder sql = new StringBuilder("SELECT * FROM ").append(table);
    if (!where.isEmpty()) {
      sql.append(" WHERE ").append(String.join(" AND ", where));
    }
    sql.append(" ORDER BY ");
    for (Key key : keys) {
      sql.append(key.column()).append(key.descending() ? " DESC, " : " ASC, ");
    }
    sql.append("id").append(idDescends() ? " DESC" : " ASC").append(" LIMIT :limit");
    Query query = handle.createQuery(sql.toString()).bind("limit", limit);
    bindings.forEach(
        (name, value) -> {
          if (value instanceof Instant time) {
            query.bind(name, time);
          } else if (value instanceof Long number) {
            query.bind(name, number);
          } else {
            query.bind(name, String.valueOf(value));
          }
        });
    return query;
  }

  /**
   * The token of the page after a row.
   *
   * @param row gives the values of sort keys by their fields: an Instant or a number
   * @param id of the row
   */
  public String tokenAfter(Function<String, Object> row, String id) {
    StringBuilder text = new StringBuilder();
    for (Key key : keys) {
      Object value = row.apply(key.field());
      long number =
          value instanceof Instant time
              ? ChronoUnit.MICROS.between(Instant.EPOCH, time)
              : ((Number) value).longValue();
      text.append(number).append('/');
    }
    // The fingerprint last: whatever is appended to a token or cut from it spoils it.
    text.append(id).append('/').append(fingerprint);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** (a, b, id) after (:a, :b, :id), where each key has its own direction. */
  private String position() {
    StringBuilder sql = new StringBuilder("(");
    StringBuilder equal = new StringBuilder();
    for (int i = 0; i < keys.size(); i++) {
      Key key = keys.get(i);
      sql.append('(')
          .append(equal)
          .append(key.column())
          .append(key.descending() ? " < :k" : " > :k")
          .append(i)
          .append(") OR ");
      equal.append(key.column()).append(" = :k").append(i).append(" AND ");
    }
    return sql.append('(')
        .append(equal)
        .append("id")
        .append(idDescends() ? " < :kid" : " > :kid")
        .append("))")
        .toString();
  }

  private boolean idDescends() {
    return keys.get(keys.size() - 1).descending();
  }

  private static String[] decode(String token) {
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8)
          .split("/", -1);
    } catch (IllegalArgumentException e) {
      throw invalidToken();
    }
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw invalidToken();
    }
  }

  private static Instant moment(long micros) {
    try {
      return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    } catch (DateTimeException | ArithmeticException e) {
      throw invalidToken();
    }
  }

  private static ListException invalidToken() {
    return new ListException(
        ListException.Part.PAGE_TOKEN,
        0,
        "is not of a list with the same filter and order: start again without it");
  }
}
