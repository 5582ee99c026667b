package io.plateau.service.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import io.plateau.service.database.DatabaseException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

@ParameterizedClass
@EnumSource(DatabaseKind.class)
@ExtendWith(PostgresExtension.class)
class DatabaseTest {
  private static final String COUNTERS =
      "CREATE TABLE counters (name VARCHAR(20) PRIMARY KEY, amount BIGINT NOT NULL);";

  @Parameter DatabaseKind kind;
  @TempDir Path directory;
  private DatabaseSettings settings;

  @BeforeEach
  void create(PostgresServer server) {
    settings = kind.createDatabase(server, directory);
  }

  @Test
  void migrationSetsGrowIndependentlyAndDataStays() throws IOException {
    Migrations pairs = migrations("pairs", COUNTERS);
    try (Database database = Database.open(settings, List.of(pairs))) {
      database.inTransaction(handle -> handle.execute("INSERT INTO counters VALUES ('a', 7)"));
    }
    Migrations others = migrations("others", "CREATE TABLE others (id BIGINT PRIMARY KEY);");
    write("pairs", "V2__more.sql", "ALTER TABLE counters ADD COLUMN note VARCHAR(10);");
    try (Database database = Database.open(settings, List.of(others, pairs))) {
      assertThat(amount(database, "a")).isEqualTo(7);
      assertThat(
              database.<List<String>>read(
                  handle ->
                      handle.createQuery("SELECT note FROM counters").mapTo(String.class).list()))
          .hasSize(1);
    }
  }

  @Test
  void aSchemaOfANewerProgramIsRefused() throws IOException {
    Migrations pairs = migrations("pairs", COUNTERS);
    Path newer =
        write("pairs", "V2__more.sql", "ALTER TABLE counters ADD COLUMN note VARCHAR(10);");
    Database.open(settings, List.of(pairs)).close();
    Files.delete(newer);
    DatabaseException refused = failure(() -> Database.open(settings, List.of(pairs)));
    assertThat(refused.reason()).isEqualTo(Reason.SCHEMA_NEWER);
    assertThat(refused).hasMessageContaining("version 2").hasMessageContaining("upgrade");
  }

  @Test
  void aSchemaOfAnotherProgramIsRefused() throws IOException {
    Database.open(settings, List.of(migrations("pairs", COUNTERS))).close();
    Migrations other = migrations("pairs", "CREATE TABLE other (id BIGINT PRIMARY KEY);");
    assertThat(failure(() -> Database.open(settings, List.of(other))).reason())
        .isEqualTo(Reason.SCHEMA_FOREIGN);
  }

  @Test
  void aBrokenMigrationSaysSo() throws IOException {
    Migrations broken = migrations("pairs", "CREATE TABLE x (id NO_SUCH_TYPE);");
    assertThat(failure(() -> Database.open(settings, List.of(broken))).reason())
        .isEqualTo(Reason.MIGRATION_FAILED);
  }

  @Test
  void concurrentTransactionsOnOneRowLoseNothing() throws Exception {
    try (Database database = Database.open(settings, List.of(migrations("pairs", COUNTERS)))) {
      database.inTransaction(handle -> handle.execute("INSERT INTO counters VALUES ('a', 0)"));
      CountDownLatch start = new CountDownLatch(1);
      List<Thread> threads =
          java.util.stream.IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      new Thread(
                          () -> {
                            try {
                              start.await();
                            } catch (InterruptedException e) {
                              throw new IllegalStateException(e);
                            }
                            for (int n = 0; n < 25; n++) {
                              database.inTransaction(
                                  handle ->
                                      handle.execute("UPDATE counters SET amount = amount + 1"));
                            }
                          }))
              .toList();
      threads.forEach(Thread::start);
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(amount(database, "a")).isEqualTo(200);
    }
  }

  @Test
  void anInterruptedThreadHarmsNoOther() throws Exception {
    try (Database database = Database.open(settings, List.of(migrations("pairs", COUNTERS)))) {
      database.inTransaction(handle -> handle.execute("INSERT INTO counters VALUES ('a', 0)"));
      AtomicInteger committed = new AtomicInteger();
      Thread interrupted =
          new Thread(
              () -> {
                for (int n = 0; n < 200; n++) {
                  try {
                    database.inTransaction(
                        handle -> {
                          Thread.currentThread().interrupt();
                          return handle.execute("UPDATE counters SET amount = amount + 1");
                        });
                    committed.incrementAndGet();
                  } catch (RuntimeException e) {
                    assertThat(e).isInstanceOf(DatabaseException.class);
                  } finally {
                    Thread.interrupted();
                  }
                }
              });
      interrupted.start();
      interrupted.join();
      database.inTransaction(handle -> handle.execute("INSERT INTO counters VALUES ('b', 1)"));
      assertThat(amount(database, "b")).isEqualTo(1);
      assertThat(amount(database, "a")).isBetween((long) committed.get(), 200L);
    }
  }

  @Test
  void aFailedStatementIsTypedAndRollsBack() throws IOException {
    try (Database database = Database.open(settings, List.of(migrations("pairs", COUNTERS)))) {
      DatabaseException failed =
          failure(
              () ->
                  database.inTransaction(
                      handle -> {
                        handle.execute("INSERT INTO counters VALUES ('a', 1)");
                        return handle.execute("INSERT INTO no_such_table VALUES (1)");
                      }));
      assertThat(failed.reason()).isEqualTo(Reason.STATEMENT_FAILED);
      assertThatThrownBy(() -> amount(database, "a")).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(
              () ->
                  database.inTransaction(
                      handle -> {
                        handle.execute("INSERT INTO counters VALUES ('a', 1)");
                        throw new UnsupportedOperationException("the caller's own");
                      }))
          .isInstanceOf(UnsupportedOperationException.class);
      assertThatThrownBy(() -> amount(database, "a")).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void theClockIsTheDatabasesAndGoesForward() throws IOException {
    try (Database database = Database.open(settings, List.of())) {
      Instant first = database.clock().instant();
      assertThat(Duration.between(first, Instant.now()).abs()).isLessThan(Duration.ofSeconds(5));
      assertThat(first).isEqualTo(first.truncatedTo(java.time.temporal.ChronoUnit.MICROS));
      assertThat(database.clock().instant()).isAfterOrEqualTo(first);
    }
  }

  @Test
  void passwordsAreShownNowhere() throws IOException {
    String secret = "s3cr3t-Passw0rd";
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    Level before = root.getLevel();
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    Appender<ILoggingEvent> console = root.iteratorForAppenders().next();
    root.detachAppender(console);
    root.addAppender(logged);
    root.setLevel(Level.TRACE);
    StringBuilder text = new StringBuilder();
    try {
      DatabaseSettings withSecret =
          kind == DatabaseKind.H2
              ? settings.withCredentials("sa", secret)
              : DatabaseSettings.at(settings.url() + "?user=postgres&password=" + secret);
      text.append(withSecret);
      Database.open(withSecret, List.of()).close();
      DatabaseSettings refused =
          kind == DatabaseKind.H2
              ? settings.withCredentials("sa", secret + secret)
              : DatabaseSettings.at(
                      "jdbc:postgresql://localhost:1/x?user=u&connectTimeout=1&password=" + secret)
                  .withConnectTimeout(Duration.ofMillis(500));
      DatabaseException failed = failure(() -> Database.open(refused, List.of()));
      assertThat(failed.reason())
          .isEqualTo(kind == DatabaseKind.H2 ? Reason.ACCESS_REFUSED : Reason.UNAVAILABLE);
      for (Throwable t = failed; t != null; t = t.getCause()) {
        text.append(t);
      }
      for (ILoggingEvent event : List.copyOf(logged.list)) {
        text.append(event.getFormattedMessage());
        if (event.getThrowableProxy() != null) {
          text.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
      }
    } finally {
      root.setLevel(before);
      root.detachAppender(logged);
      root.addAppender(console);
    }
    assertThat(logged.list).isNotEmpty();
    assertThat(text.toString()).doesNotContain(secret);
  }

  private static long amount(Database database, String name) {
    return database.read(
        handle ->
            handle
                .createQuery("SELECT amount FROM counters WHERE name = :name")
                .bind("name", name)
                .mapTo(Long.class)
                .one());
  }

  private Migrations migrations(String name, String sql) throws IOException {
    write(name, "V1__first.sql", sql);
    return new Migrations(name, "filesystem:" + directory.resolve(name));
  }

  private Path write(String name, String file, String sql) throws IOException {
    Files.createDirectories(directory.resolve(name));
    return Files.writeString(directory.resolve(name).resolve(file), sql);
  }

  private static DatabaseException failure(ThrowingCallable call) {
    DatabaseException[] failed = new DatabaseException[1];
    assertThatThrownBy(call).isInstanceOfSatisfying(DatabaseException.class, e -> failed[0] = e);
    return failed[0];
  }
}
