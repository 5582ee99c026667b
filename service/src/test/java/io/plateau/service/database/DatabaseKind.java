package io.plateau.service.database;

import java.nio.file.Path;

/** The two databases that every contract is checked on. */
public enum DatabaseKind {
  /** An embedded file. */
  H2,
  /** A real server. */
  POSTGRESQL;

  /** Settings of an empty database of this kind. */
  public DatabaseSettings createDatabase(PostgresServer server, Path directory) {
    return switch (this) {
      case H2 -> DatabaseSettings.embedded(directory.resolve("database"));
      case POSTGRESQL -> server.createDatabase();
    };
  }
}
