package io.plateau.service.database;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real PostgreSQL server of a test's own, which can be stopped and started again on the same port
 * with the same data.
 *
 * <p>It is the embedded binaries where they run (as root they need {@code unshare}), else a server
 * that is installed under {@code /usr/lib/postgresql}, run as the user {@code postgres} where the
 * tests run as root. Where neither works, {@link #start()} fails if the environment has {@code
 * REQUIRE_POSTGRES=1}, and skips the test with the reason if not.
 */
public final class PostgresServer implements AutoCloseable {
  private static final Duration START_WAIT = Duration.ofSeconds(60);
  private static final String USER = "postgres";

  private interface Engine {
    void start() throws IOException;

    void stop() throws IOException;
  }

  private final Engine engine;
  private final int port;
  private final Path directory;
  private int databases;

  private PostgresServer(Engine engine, int port, Path directory) {
    this.engine = engine;
    this.port = port;
    this.directory = directory;
  }

  /** Starts a server with an empty data directory. */
  public static PostgresServer start() {
    List<String> reasons = new ArrayList<>();
    for (boolean embedded : new boolean[] {true, false}) {
      Path directory = null;
      try {
        directory = Files.createTempDirectory("plateau-postgres");
        int port = freePort();
        Path data = directory.resolve("data");
        Engine engine = embedded ? new Embedded(data, port) : Installed.find(data, port);
        engine.start();
        return new PostgresServer(engine, port, directory);
      } catch (IOException | RuntimeException e) {
        reasons.add((embedded ? "embedded: " : "installed: ") + e);
        deleteTree(directory);
      }
    }
    String message = "no PostgreSQL server could be started (" + String.join("; ", reasons) + ")";
    if ("1".equals(System.getenv("REQUIRE_POSTGRES"))) {
      throw new IllegalStateException(message);
    }
    return Assumptions.abort(message);
  }

  /** Creates an empty database and says how to reach it. */
  public synchronized DatabaseSettings createDatabase() {
    String name = "plateau" + ++databases;
    execute("CREATE DATABASE " + name);
    return settings(name);
  }

  /** How to reach a database by name. */
  public DatabaseSettings settings(String database) {
    return DatabaseSettings.at("jdbc:postgresql://localhost:" + port + "/" + database)
        .withCredentials(USER, "")
        .withConnectTimeout(Duration.ofSeconds(2));
  }

  /** Runs a statement as the superuser, outside of a transaction. */
  public void execute(String sql) {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://localhost:" + port + "/postgres", USER, "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Stops the server as an operator would ("fast"): connections are closed, data is kept. */
  public void stop() {
    try {
      engine.stop();
    } catch (IOException e) {
      throw new IllegalStateException("PostgreSQL did not stop", e);
    }
  }

  /** Starts a stopped server again. */
  public void restart() {
    try {
      engine.start();
    } catch (IOException e) {
      throw new IllegalStateException("PostgreSQL did not start again", e);
    }
  }

  @Override
  public void close() {
    stop();
    deleteTree(directory);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void deleteTree(Path directory) {
    if (directory == null) {
      return;
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      paths.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    } catch (IOException e) {
      directory.toFile().deleteOnExit();
    }
  }

  /** The binaries that come with the tests. */
  private static final class Embedded implements Engine {
    private final Path data;
    private final int port;
    private EmbeddedPostgres running;

    Embedded(Path data, int port) {
      this.data = data;
      this.port = port;
    }

    @Override
    public void start() throws IOException {
      running =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setPort(port)
              .setPGStartupWait(START_WAIT)
              .setServerConfig("max_connections", "200")
              .start();
    }

    @Override
    public void stop() throws IOException {
      if (running != null) {
        running.close();
        running = null;
      }
    }
  }

  /** A server from the machine's packages. */
  private static final class Installed implements Engine {
    private final Path binaries;
    private final Path data;
    private final int port;
    private final boolean root;

    private Installed(Path binaries, Path data, int port) {
      this.binaries = binaries;
      this.data = data;
      this.port = port;
      this.root = "root".equals(System.getProperty("user.name"));
    }

    static Installed find(Path data, int port) throws IOException {
      Path versions = Path.of("/usr/lib/postgresql");
      if (!Files.isDirectory(versions)) {
        throw new IOException("nothing in " + versions);
      }
      try (Stream<Path> found = Files.list(versions)) {
        Path binaries =
            found
                .map(version -> version.resolve("bin"))
                .filter(bin -> Files.isExecutable(bin.resolve("pg_ctl")))
                .max(Comparator.naturalOrder())
                .orElseThrow(() -> new IOException("no pg_ctl in " + versions));
        return new Installed(binaries, data, port);
      }
    }

    @Override
    public void start() throws IOException {
      if (!Files.exists(data)) {
        Files.createDirectories(data);
        Files.setPosixFilePermissions(
            data.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        if (root) {
          command(false, "chown", USER, data.toString());
        }
        command(
            root, bin("initdb"), "-A", "trust", "-U", USER, "-E", "UTF8", "-D", data.toString());
      }
      String options =
          "-p " + port + " -F -c max_connections=200 -c unix_socket_directories=" + data;
      command(
          root,
          bin("pg_ctl"),
          "-D",
          data.toString(),
          "-l",
          data.resolve("log").toString(),
          "-o",
          options,
          "-t",
          Long.toString(START_WAIT.toSeconds()),
          "-w",
          "start");
    }

    @Override
    public void stop() throws IOException {
      if (Files.exists(data.resolve("postmaster.pid"))) {
        command(root, bin("pg_ctl"), "-D", data.toString(), "-m", "fast", "-w", "stop");
      }
    }

    private String bin(String program) {
      return binaries.resolve(program).toString();
    }

    private static void command(boolean asPostgres, String... command) throws IOException {
      List<String> all = new ArrayList<>();
      if (asPostgres) {
        all.addAll(List.of("runuser", "-u", USER, "--"));
      }
      all.addAll(List.of(command));
      Path output = Files.createTempFile("plateau-postgres", ".log");
      try {
        Process process =
            new ProcessBuilder(all)
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(START_WAIT.toSeconds() + 5, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new IOException(String.join(" ", all) + " did not end");
        }
        if (process.exitValue() != 0) {
          throw new IOException(
              String.join(" ", all)
                  + " failed: "
                  + Files.readString(output, StandardCharsets.UTF_8).strip());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } finally {
        Files.delete(output);
      }
    }
  }
}
