package io.plateau.service.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.plateau.service.database.DatabaseException.Reason;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.config.ConfigRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open, migrated database with its pool of connections: an embedded H2 file or PostgreSQL.
 *
 * <p>All SQL of Plateau is the same on both. Transactions run at READ COMMITTED. A transaction that
 * loses against another (deadlock, concurrent update) is run again a few times, so work given to
 * {@link #inTransaction} must have no effect outside of the database. Thread-safe.
 */
public final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Database.class);
  private static final int CONFLICT_ATTEMPTS = 6;
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** Work in a transaction. */
  @FunctionalInterface
  public interface Work<R> {
    /** Runs on an open transaction, which is committed if this returns and rolled back if not. */
    R run(Handle handle);
  }

  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final JdbcUrl url;
  private final SteadyClock clock;
  private final String session = UUID.randomUUID().toString().substring(0, 13);

  private Database(HikariDataSource pool, Jdbi jdbi, JdbcUrl url, SteadyClock clock) {
    this.pool = pool;
    this.jdbi = jdbi;
    this.url = url;
    this.clock = clock;
  }

  /**
   * Opens the database, creating an embedded one that isn't there, and brings its schema up to
   * date.
   *
   * @param settings where it is
   * @param migrations the sets to run, in this order
   * @throws DatabaseException with any reason but STATEMENT_FAILED
   */
  public static Database open(DatabaseSettings settings, List<Migrations> migrations) {
    JdbcUrl url = JdbcUrl.parse(settings.url());
    HikariDataSource pool = null;
    try {
      pool = new HikariDataSource(poolConfig(settings, url));
      SchemaMigration.run(pool, url.toString(), migrations);
      Jdbi jdbi = Jdbi.create(pool).registerArgument(new InstantArguments());
      Database database = new Database(pool, jdbi, url, new SteadyClock(Instant.EPOCH));
      database.synchronizeClock();
      LOG.info("Opened database {}", url);
      return database;
    } catch (RuntimeException e) {
      if (pool != null) {
        pool.close();
      }
      throw e instanceof DatabaseException typed ? typed : typed(e, url.toString());
    }
  }

  private static HikariConfig poolConfig(DatabaseSettings settings, JdbcUrl url) {
    HikariConfig config = new HikariConfig();
    config.setPoolName(url.embedded() ? "h2" : "postgresql");
    config.setJdbcUrl(url.address());
    String user = settings.user().isEmpty() ? url.user() : settings.user();
    String password = settings.password().isEmpty() ? url.password() : settings.password();
    if (!user.isEmpty()) {
      config.setUsername(user);
    }
    if (!password.isEmpty() || url.embedded()) {
      config.setPassword(password);
    }
    config.setMaximumPoolSize(settings.poolSize());
    config.setMinimumIdle(Math.min(2, settings.poolSize()));
    config.setConnectionTimeout(settings.connectTimeout().toMillis());
    config.setValidationTimeout(Math.min(2_000, settings.connectTimeout().toMillis()));
    // One try: a wrong password or a locked file is said at once.
    config.setInitializationFailTimeout(1);
    config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
    if (!url.embedded()) {
      config.addDataSourceProperty("ApplicationName", "plateau");
      config.addDataSourceProperty("reWriteBatchedInserts", "true");
      config.addDataSourceProperty("tcpKeepAlive", "true");
      config.addDataSourceProperty("connectTimeout", "5");
      // A server that vanished without closing its connections must not hold a thread for ever.
      config.addDataSourceProperty("socketTimeout", "60");
    }
    return config;
  }

  /** Whether this is an embedded file, which no other process can have open. */
  public boolean isEmbedded() {
    return url.embedded();
  }

  /** A name of this opening of the database, different in each process and each time. */
  public String session() {
    return session;
  }

  /** The time of the database, the same for all replicas; microseconds, never set back by hand. */
  public InstantSource clock() {
    return clock;
  }

  /** Reads the database's time again; called now and then by whoever has a timer. */
  public void synchronizeClock() {
    clock.set(
        read(
            handle ->
                handle
                    .createQuery("SELECT CURRENT_TIMESTAMP")
                    .map((row, context) -> row.getObject(1, OffsetDateTime.class).toInstant())
                    .one()));
  }

  /** The pool, for libraries that speak JDBC themselves. */
  public DataSource dataSource() {
    return pool;
  }

  /**
   * Runs work that writes in one transaction, which is on the disk when this returns.
   *
   * @throws DatabaseException UNAVAILABLE, OUT_OF_SPACE or STATEMENT_FAILED; after UNAVAILABLE the
   *     transaction may or may not have been committed
   */
  public <R> R inTransaction(Work<R> work) {
    R result = read(work);
    if (url.embedded()) {
      force();
    }
    return result;
  }

  /** H2's commit is in the file, not yet on the disk; PostgreSQL's is durable by itself. */
  private void force() {
    try {
      jdbi.useHandle(handle -> handle.execute("CHECKPOINT SYNC"));
    } catch (RuntimeException e) {
      throw typed(e, url.toString());
    }
  }

  /**
   * Runs work that only reads in one transaction.
   *
   * @throws DatabaseException UNAVAILABLE or STATEMENT_FAILED
   */
  public <R> R read(Work<R> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return jdbi.inTransaction(work::run);
      } catch (RuntimeException e) {
        if (!isDatabaseFailure(e)) {
          throw e;
        }
        if (!SqlFailure.isConflict(e) || attempt == CONFLICT_ATTEMPTS) {
          throw typed(e, url.toString());
        }
        pause(Duration.ofMillis(5L << attempt));
      }
    }
  }

  /**
   * Runs work in one transaction, and again for as long as the database is unavailable. The work
   * must find out itself whether an earlier try was committed.
   *
   * @param giveUp asked before each further try; when true the last failure is thrown
   * @throws DatabaseException as {@link #inTransaction}; UNAVAILABLE only after giving up
   */
  public <R> R untilAvailable(BooleanSupplier giveUp, Work<R> work) {
    Duration pause = Duration.ofMillis(50);
    for (; ; ) {
      try {
        return inTransaction(work);
      } catch (DatabaseException e) {
        if (e.reason() != Reason.UNAVAILABLE || giveUp.getAsBoolean()) {
          throw e;
        }
        LOG.warn("Database {} is unavailable; trying again in {} ms", url, pause.toMillis());
        pause(pause);
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        if (giveUp.getAsBoolean()) {
          throw e;
        }
      }
    }
  }

  /** Closes the pool; an embedded file is closed with its last connection. */
  @Override
  public void close() {
    pool.close();
  }

  @Override
  public String toString() {
    return url.toString();
  }

  private static boolean isDatabaseFailure(RuntimeException e) {
    return !(e instanceof DatabaseException)
        && (e instanceof org.jdbi.v3.core.JdbiException || SqlFailure.hasSqlException(e));
  }

  private static DatabaseException typed(RuntimeException e, String address) {
    Reason reason = SqlFailure.reason(e);
    String message =
        switch (reason) {
          case UNAVAILABLE ->
              "database " + address + " can't be reached: check that it runs and its address";
          case ACCESS_REFUSED ->
              "database " + address + " refused the user or password, or lacks a permission";
          case FILE_LOCKED ->
              "database file of "
                  + address
                  + " is in use by another process: stop that one, name another file, or use PostgreSQL"
                  + " to share";
          case NOT_FOUND ->
              "database " + address + " does not exist on its server: create it first";
          case OUT_OF_SPACE -> "database " + address + " has no space left on its disk";
          case CORRUPT ->
              "database file of "
                  + address
                  + " is damaged or of another H2 version: restore a backup";
          default -> "database " + address + " failed: " + SqlFailure.firstMessage(e);
        };
    return new DatabaseException(reason, message, e);
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseException(
          Reason.UNAVAILABLE, "interrupted while waiting for the database", e);
    }
  }

  /** Binds instants with their offset: a plain timestamp would pass through the local time zone. */
  private static final class InstantArguments extends AbstractArgumentFactory<Instant> {
    InstantArguments() {
      super(Types.TIMESTAMP_WITH_TIMEZONE);
    }

    @Override
    protected Argument build(Instant value, ConfigRegistry config) {
      OffsetDateTime time = Objects.requireNonNull(value).atOffset(ZoneOffset.UTC);
      return (position, statement, context) -> statement.setObject(position, time);
    }
  }
}
