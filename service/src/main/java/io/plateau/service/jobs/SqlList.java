package io.plateau.service.jobs;

import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.statement.Query;

/** Values of an SQL {@code IN} list, each bound as a parameter of its own. */
record SqlList(String prefix, List<String> values) {
  SqlList {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("an SQL list needs a value");
    }
  }

  static SqlList of(String prefix, Collection<String> values) {
    return new SqlList(prefix, List.copyOf(values));
  }

  String placeholders() {
    StringBuilder text = new StringBuilder("(");
    for (int i = 0; i < values.size(); i++) {
      text.append(i == 0 ? ":" : ", :").append(prefix).append(i);
    }
    return text.append(')').toString();
  }

  Query bind(Query query) {
    for (int i = 0; i < values.size(); i++) {
      query.bind(prefix + i, values.get(i));
    }
    return query;
  }
}
