package io.plateau.service.database;

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A set of Flyway migrations that is numbered on its own, from {@code V1} up.
 *
 * <p>Each set keeps its own history table ({@code schema_history_NAME}), so that the migrations
 * that both servers share and those of one server can grow independently. The files hold SQL that
 * H2 (in PostgreSQL mode) and PostgreSQL both run.
 *
 * @param name 1 to 32 lower-case letters, digits and underscores, starting with a letter
 * @param location a Flyway location, for example {@code
 *     classpath:io/plateau/service/jobs/migration}
 */
public record Migrations(String name, String location) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,31}");

  public Migrations {
    Objects.requireNonNull(location, "location");
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("migration set name '" + name + "' must match " + NAME);
    }
  }

  String historyTable() {
    return "schema_history_" + name;
  }
}
