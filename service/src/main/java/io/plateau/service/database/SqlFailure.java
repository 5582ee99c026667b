package io.plateau.service.database;

import io.plateau.service.database.DatabaseException.Reason;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import org.h2.api.ErrorCode;

/** Sorts what drivers and the pool throw, by SQLSTATE and H2's error code, into a few reasons. */
final class SqlFailure {
  private static final int MESSAGE_LENGTH = 300;

  private SqlFailure() {}

  /** Whether running the same transaction again can succeed at once: deadlock, lost update. */
  static boolean isConflict(Throwable failure) {
    SQLException sql = sqlException(failure);
    if (sql == null) {
      return false;
    }
    return switch (state(sql)) {
      case "40001", "40P01" -> true;
      default ->
          sql.getErrorCode() == ErrorCode.CONCURRENT_UPDATE_1
              || sql.getErrorCode() == ErrorCode.DEADLOCK_1
              || sql.getErrorCode() == ErrorCode.LOCK_TIMEOUT_1;
    };
  }

  /** The reason for a failure; {@code STATEMENT_FAILED} where nothing more is known. */
  static Reason reason(Throwable failure) {
    SQLException sql = sqlException(failure);
    if (sql == null) {
      return Reason.STATEMENT_FAILED;
    }
    String state = state(sql);
    if (state.startsWith("28") || state.equals("42501")) {
      return Reason.ACCESS_REFUSED;
    }
    if (state.equals("53100") || hasMessage(failure, "No space left on device")) {
      return Reason.OUT_OF_SPACE;
    }
    if (state.equals("3D000")) {
      return Reason.NOT_FOUND;
    }
    return switch (sql.getErrorCode()) {
      case ErrorCode.DATABASE_ALREADY_OPEN_1 -> Reason.FILE_LOCKED;
      case ErrorCode.FILE_CORRUPTED_1, ErrorCode.FILE_VERSION_ERROR_1 -> Reason.CORRUPT;
      case ErrorCode.DATABASE_IS_CLOSED, ErrorCode.CONNECTION_BROKEN_1 -> Reason.UNAVAILABLE;
      default -> isConnectionLost(sql) ? Reason.UNAVAILABLE : Reason.STATEMENT_FAILED;
    };
  }

  private static boolean isConnectionLost(SQLException sql) {
    String state = state(sql);
    return state.startsWith("08")
        || state.equals("57P01")
        || state.equals("57P02")
        || state.equals("57P03")
        || state.equals("53300")
        || sql instanceof SQLTransientConnectionException
        || sql instanceof SQLRecoverableException;
  }

  static boolean hasSqlException(Throwable failure) {
    return sqlException(failure) != null;
  }

  /** The driver's own words: one line, cut where it goes on to quote the data. */
  static String firstMessage(Throwable failure) {
    SQLException sql = sqlException(failure);
    String message = sql == null ? failure.getMessage() : sql.getMessage();
    if (message == null) {
      return failure.getClass().getSimpleName();
    }
    String line = message.lines().findFirst().orElse("");
    return line.length() <= MESSAGE_LENGTH ? line : line.substring(0, MESSAGE_LENGTH) + "...";
  }

  /** The innermost SQLException: the pool wraps the driver's in one of its own. */
  private static SQLException sqlException(Throwable failure) {
    SQLException found = null;
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql && (found == null || !state(sql).isEmpty())) {
        found = sql;
      }
    }
    return found;
  }

  private static boolean hasMessage(Throwable failure, String text) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof IOException && t.getMessage() != null && t.getMessage().contains(text)) {
        return true;
      }
    }
    return false;
  }

  private static String state(SQLException sql) {
    return sql.getSQLState() == null ? "" : sql.getSQLState();
  }
}
