package io.plateau.service.database;

import io.plateau.service.database.DatabaseException.Reason;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.exception.FlywayValidateException;

/** Brings a database to the schema of this program, or says why it can't. */
final class SchemaMigration {
  private SchemaMigration() {}

  static void run(DataSource dataSource, String address, List<Migrations> sets) {
    for (Migrations set : sets) {
      run(dataSource, address, set);
    }
  }

  private static void run(DataSource dataSource, String address, Migrations set) {
    Flyway flyway =
        Flyway.configure()
            .dataSource(dataSource)
            .locations(set.location())
            .failOnMissingLocations(true)
            .table(set.historyTable())
            // Each set has its own history, so the first set's tables are there before the
            // second's.
            .baselineOnMigrate(true)
            .baselineVersion("0")
            .cleanDisabled(true)
            .load();
    try {
      refuseUnusable(flyway, address);
      flyway.migrate();
    } catch (FlywayValidateException e) {
      throw new DatabaseException(
          Reason.SCHEMA_FOREIGN,
          "database "
              + address
              + " holds tables that this program did not write ("
              + set.historyTable()
              + "): give each server a database or schema of its own",
          e);
    } catch (FlywayException e) {
      Reason reason = SqlFailure.reason(e);
      if (reason != Reason.STATEMENT_FAILED) {
        throw e;
      }
      throw new DatabaseException(
          Reason.MIGRATION_FAILED,
          "database " + address + " could not be migrated: " + SqlFailure.firstMessage(e),
          e);
    }
  }

  private static void refuseUnusable(Flyway flyway, String address) {
    for (MigrationInfo applied : flyway.info().applied()) {
      switch (applied.getState()) {
        case FUTURE_SUCCESS, FUTURE_FAILED ->
            throw new DatabaseException(
                Reason.SCHEMA_NEWER,
                "database "
                    + address
                    + " has schema version "
                    + applied.getVersion()
                    + ", written by a newer Plateau: upgrade this program",
                null);
        case FAILED ->
            throw new DatabaseException(
                Reason.MIGRATION_FAILED,
                "database "
                    + address
                    + " was left half-way by migration "
                    + applied.getVersion()
                    + ": restore a backup made before it",
                null);
        default -> {}
      }
    }
  }
}
