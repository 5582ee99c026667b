package io.plateau.service.database;

import java.util.Objects;

/**
 * A failure of the database, with a reason that a program can act on. Messages hold no password.
 */
public final class DatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Reason {
    /** The JDBC URL is neither an embedded H2 file nor PostgreSQL, or sets what Plateau sets. */
    URL_UNSUPPORTED,
    /** No connection: not started, not reachable, shutting down, or out of connections. */
    UNAVAILABLE,
    /** User, password or permissions were refused. */
    ACCESS_REFUSED,
    /** Another process has the embedded database file open. */
    FILE_LOCKED,
    /** The named database does not exist on the server. */
    NOT_FOUND,
    /** The schema was written by a newer version of this program. */
    SCHEMA_NEWER,
    /**
     * The schema's history is not this program's: another program's database, or edited by hand.
     */
    SCHEMA_FOREIGN,
    /** A migration failed half-way or can't be run. */
    MIGRATION_FAILED,
    /** The database has no space left to write. */
    OUT_OF_SPACE,
    /** The embedded file is damaged or not an H2 database. */
    CORRUPT,
    /** A statement failed for a reason that no retry cures. */
    STATEMENT_FAILED
  }

  private final Reason reason;

  /** Creates an exception; {@code cause} may be null. */
  public DatabaseException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** What went wrong. */
  public Reason reason() {
    return reason;
  }
}
