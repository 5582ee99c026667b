package io.plateau.service.database;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * Where the database is and how it is reached.
 *
 * @param url {@code jdbc:h2:PATH} (an embedded file, without settings) or {@code
 *     jdbc:postgresql://HOST[:PORT]/DATABASE[?OPTIONS]}
 * @param user empty: the URL's {@code user} option, else the driver's default
 * @param password empty: the URL's {@code password} option, else none
 * @param poolSize largest number of connections, 2 to 200
 * @param connectTimeout how long to wait for a connection before the database counts as unavailable
 */
public record DatabaseSettings(
    String url, String user, String password, int poolSize, Duration connectTimeout) {

  /** Connections of a pool where nothing else is said. */
  public static final int DEFAULT_POOL_SIZE = 10;

  /** Wait for a connection where nothing else is said. */
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(5);

  public DatabaseSettings {
    Objects.requireNonNull(url, "url");
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(password, "password");
    Objects.requireNonNull(connectTimeout, "connectTimeout");
    if (poolSize < 2 || poolSize > 200) {
      throw new IllegalArgumentException("poolSize is " + poolSize + ", must be 2 to 200");
    }
    if (connectTimeout.compareTo(Duration.ofMillis(250)) < 0) {
      throw new IllegalArgumentException("connectTimeout must be at least 250 ms");
    }
  }

  /** The embedded H2 database in {@code file} (H2 appends {@code .mv.db}). */
  public static DatabaseSettings embedded(Path file) {
    return at("jdbc:h2:" + file.toAbsolutePath());
  }

  /** The database at a JDBC URL, with the default pool. */
  public static DatabaseSettings at(String url) {
    return new DatabaseSettings(url, "", "", DEFAULT_POOL_SIZE, DEFAULT_CONNECT_TIMEOUT);
  }

  /** The same settings with another user and password. */
  public DatabaseSettings withCredentials(String newUser, String newPassword) {
    return new DatabaseSettings(url, newUser, newPassword, poolSize, connectTimeout);
  }

  /** The same settings with another largest number of connections. */
  public DatabaseSettings withPoolSize(int newPoolSize) {
    return new DatabaseSettings(url, user, password, newPoolSize, connectTimeout);
  }

  /** The same settings with another wait for a connection. */
  public DatabaseSettings withConnectTimeout(Duration newConnectTimeout) {
    return new DatabaseSettings(url, user, password, poolSize, newConnectTimeout);
  }

  /** Shows no credentials. */
  @Override
  public String toString() {
    return "DatabaseSettings[" + JdbcUrl.withoutOptions(url) + ", poolSize=" + poolSize + "]";
  }
}
