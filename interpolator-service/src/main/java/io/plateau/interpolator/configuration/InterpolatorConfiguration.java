package io.plateau.interpolator.configuration;

import io.plateau.service.bootstrap.ServerKeys;
import io.plateau.service.configuration.Configuration;
import io.plateau.service.configuration.ConfigurationCatalogue;
import io.plateau.service.configuration.ConfigurationException;
import io.plateau.service.configuration.ConfigurationKey;
import io.plateau.service.configuration.ConfigurationSources;
import io.plateau.service.database.DatabaseSettings;
import io.plateau.service.logging.LogKeys;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every key of the interpolator. */
public final class InterpolatorConfiguration {
  /** Addresses and limits that every server has. */
  public static final ServerKeys SERVER = new ServerKeys("interpolator", 7432, 9432);

  /** Where the cache and the embedded database are. */
  public static final ConfigurationKey<String> DATA_DIRECTORY =
      ConfigurationKey.text(
          "interpolator.data-directory",
          "",
          "Folder of the cache and of the embedded database. Empty: plateau/interpolator below"
              + " XDG_DATA_HOME, or below .local/share in the user's home.");

  /** Where durable evaluations are. */
  public static final ConfigurationKey<String> DATABASE_URL =
      ConfigurationKey.text(
          "interpolator.database-url",
          "",
          "JDBC URL of the database of evaluations: jdbc:postgresql://HOST/DATABASE or jdbc:h2:PATH."
              + " Empty: an embedded H2 file in the data directory.");

  /** Who connects. */
  public static final ConfigurationKey<String> DATABASE_USER =
      ConfigurationKey.text("interpolator.database-user", "", "User of the database.");

  /** With what. */
  public static final ConfigurationKey<String> DATABASE_PASSWORD =
      ConfigurationKey.text("interpolator.database-password", "", "Password of the database.")
          .asSecret();

  /** Connections. */
  public static final ConfigurationKey<Integer> DATABASE_CONNECTIONS =
      ConfigurationKey.integer(
          "interpolator.database-connections",
          DatabaseSettings.DEFAULT_POOL_SIZE,
          4,
          200,
          "Connections to the database at most.");

  /** Where pairs come from. */
  public static final ConfigurationKey<String> TRAINER =
      ConfigurationKey.text(
          "interpolator.trainer",
          "127.0.0.1:7431",
          "HOST:PORT of the trainer that pairs are read from. Empty: none; then pairs are read by"
              + " file URI only.");

  /** Where tensors are kept. */
  public static final ConfigurationKey<String> CACHE_DIRECTORY =
      ConfigurationKey.text(
          "interpolator.cache-directory",
          "",
          "Folder of checkpoints read from the trainer. Empty: cache in the data directory. One"
              + " process at a time uses it.");

  /** How much of them. */
  public static final ConfigurationKey<Long> CACHE_SIZE =
      ConfigurationKey.bytes(
          "interpolator.cache-size",
          10L << 30,
          1L << 20,
          1L << 50,
          "Bytes that the cache may hold; the checkpoints used least recently go first. A checkpoint"
              + " larger than this is refused.");

  /** Folders that may be named by URI. */
  public static final ConfigurationKey<List<String>> ROOTS =
      ConfigurationKey.list(
          "interpolator.roots",
          "",
          "Folders below which pairs may be read by file URI. Links below them are refused. Empty:"
              + " none.");

  /** Folders of IDX files. */
  public static final ConfigurationKey<List<String>> DATASETS =
      ConfigurationKey.list(
          "interpolator.datasets",
          "",
          "Data sets beside the bundled ones, each NAME=FOLDER with IDX files in the folder. The"
              + " names mnist and fashion-mnist take the whole sets.");

  /** Memory of data sets. */
  public static final ConfigurationKey<Long> DATASET_MEMORY =
      ConfigurationKey.bytes(
          "interpolator.dataset-memory",
          1L << 30,
          0,
          1L << 44,
          "Host memory for data sets that are kept between evaluations.");

  /** Which device. */
  public static final ConfigurationKey<DeviceChoice> DEVICE =
      ConfigurationKey.choice(
          "interpolator.device",
          DeviceChoice.AUTO,
          "Device to compute on. auto takes what this build can use and warns where a GPU is left"
              + " idle; cuda refuses to start without one.");

  /** How much of it. */
  public static final ConfigurationKey<Long> DEVICE_MEMORY =
      ConfigurationKey.bytes(
          "interpolator.device-memory",
          4L << 30,
          1L << 20,
          1L << 44,
          "Device memory for all evaluations together; one that needs more is refused.");

  /** Evaluations on the device. */
  public static final ConfigurationKey<Integer> CONCURRENT_EVALUATIONS =
      ConfigurationKey.integer(
          "interpolator.concurrent-evaluations",
          4,
          1,
          256,
          "Evaluations that take turns on the device, an alpha each; more wait.");

  /** Evaluations that wait. */
  public static final ConfigurationKey<Integer> QUEUE_LENGTH =
      ConfigurationKey.integer(
          "interpolator.queue-length",
          16,
          0,
          10_000,
          "Calls of Interpolate that may wait for the device; more are refused with"
              + " RESOURCE_EXHAUSTED.");

  /** Durable evaluations at a time. */
  public static final ConfigurationKey<Integer> WORKERS =
      ConfigurationKey.integer(
          "interpolator.workers",
          2,
          1,
          64,
          "Durable evaluations that this process runs at a time.");

  /** Durable evaluations that wait. */
  public static final ConfigurationKey<Integer> MAX_QUEUED =
      ConfigurationKey.integer(
          "interpolator.max-queued",
          1_000,
          1,
          1_000_000,
          "Durable evaluations that may wait; more are refused with RESOURCE_EXHAUSTED.");

  /** Sign of life. */
  public static final ConfigurationKey<Duration> HEARTBEAT =
      ConfigurationKey.duration(
          "interpolator.heartbeat",
          Duration.ofSeconds(5),
          Duration.ofMillis(100),
          Duration.ofMinutes(5),
          "How often a worker shows that it lives. After four missed ones another replica on the"
              + " same PostgreSQL takes its evaluation over.");

  /** Size of grids. */
  public static final ConfigurationKey<Integer> MAX_ALPHAS =
      ConfigurationKey.integer(
          "interpolator.max-alphas", 10_001, 1, 10_001, "Alphas of one grid at most.");

  /** Size of requests. */
  public static final ConfigurationKey<Integer> MAX_POINTS =
      ConfigurationKey.integer(
          "interpolator.max-points",
          100_000,
          1,
          1_000_000,
          "Points of one request at most: alphas times schemes.");

  /** Size of data. */
  public static final ConfigurationKey<Integer> MAX_SAMPLES =
      ConfigurationKey.integer(
          "interpolator.max-samples",
          10_000_000,
          1,
          Integer.MAX_VALUE,
          "Samples of a data set at most.");

  /** Size of networks. */
  public static final ConfigurationKey<Integer> MAX_PARAMETERS =
      ConfigurationKey.integer(
          "interpolator.max-parameters",
          200_000_000,
          1,
          2_000_000_000,
          "Parameters of a network at most. An evaluation on the device holds about 16 bytes of host"
              + " memory for each.");

  /** Watches. */
  public static final ConfigurationKey<Integer> MAX_WATCHES =
      ConfigurationKey.integer(
          "interpolator.max-watches", 1_000, 1, 100_000, "Watches of evaluations at a time.");

  private static final ConfigurationCatalogue CATALOGUE =
      ConfigurationCatalogue.builder()
          .addAll(SERVER.all())
          .add(
              DATA_DIRECTORY,
              DATABASE_URL,
              DATABASE_USER,
              DATABASE_PASSWORD,
              DATABASE_CONNECTIONS,
              TRAINER,
              CACHE_DIRECTORY,
              CACHE_SIZE,
              ROOTS,
              DATASETS,
              DATASET_MEMORY,
              DEVICE,
              DEVICE_MEMORY,
              CONCURRENT_EVALUATIONS,
              QUEUE_LENGTH,
              WORKERS,
              MAX_QUEUED,
              HEARTBEAT,
              MAX_ALPHAS,
              MAX_POINTS,
              MAX_SAMPLES,
              MAX_PARAMETERS,
              MAX_WATCHES)
          .addAll(LogKeys.all())
          .foreignSection("trainer")
          .build();

  private InterpolatorConfiguration() {}

  /** Every key that the interpolator knows, in the order of the documentation. */
  public static ConfigurationCatalogue catalogue() {
    return CATALOGUE;
  }

  /** A configuration of flags alone, for an interpolator that is embedded in another program. */
  public static Configuration ofFlags(Map<String, String> flags) {
    return Configuration.load(CATALOGUE, ConfigurationSources.ofFlags(flags));
  }

  /**
   * The data directory.
   *
   * @throws ConfigurationException if it is not a path
   */
  public static Path dataDirectory(Configuration configuration) {
    String given = configuration.get(DATA_DIRECTORY);
    if (!given.isEmpty()) {
      return path(configuration, DATA_DIRECTORY, given);
    }
    String shared = System.getenv("XDG_DATA_HOME");
    // The specification of XDG says that relative paths are to be ignored.
    Path base =
        shared != null && Path.of(shared).isAbsolute()
            ? Path.of(shared)
            : Path.of(System.getProperty("user.home"), ".local", "share");
    return base.resolve("plateau").resolve("interpolator");
  }

  /**
   * The folder of the cache.
   *
   * @throws ConfigurationException if it is not a path
   */
  public static Path cacheDirectory(Configuration configuration) {
    String given = configuration.get(CACHE_DIRECTORY);
    return given.isEmpty()
        ? dataDirectory(configuration).resolve("cache")
        : path(configuration, CACHE_DIRECTORY, given);
  }

  /** How the database is reached. */
  public static DatabaseSettings database(Configuration configuration) {
    String url = configuration.get(DATABASE_URL);
    DatabaseSettings settings =
        url.isEmpty()
            ? DatabaseSettings.embedded(dataDirectory(configuration).resolve("interpolator"))
            : DatabaseSettings.at(url);
    return settings
        .withCredentials(configuration.get(DATABASE_USER), configuration.get(DATABASE_PASSWORD))
        .withPoolSize(configuration.get(DATABASE_CONNECTIONS));
  }

  /**
   * Folders below which pairs may be read by URI.
   *
   * @throws ConfigurationException if one is not an absolute path
   */
  public static List<Path> roots(Configuration configuration) {
    List<Path> roots = new ArrayList<>();
    for (String root : configuration.get(ROOTS)) {
      roots.add(path(configuration, ROOTS, root));
    }
    return List.copyOf(roots);
  }

  /**
   * Folders of data sets by their names.
   *
   * @throws ConfigurationException if an entry is not NAME=FOLDER, or a name is given twice
   */
  public static Map<String, Path> datasets(Configuration configuration) {
    Map<String, Path> folders = new TreeMap<>();
    for (String entry : configuration.get(DATASETS)) {
      int equals = entry.indexOf('=');
      if (equals < 1 || equals == entry.length() - 1) {
        throw new ConfigurationException(
            configuration.describe(DATASETS) + ": \"" + entry + "\" is not NAME=FOLDER.", null);
      }
      String name = entry.substring(0, equals).strip();
      Path folder = path(configuration, DATASETS, entry.substring(equals + 1).strip());
      if (folders.put(name, folder) != null) {
        throw new ConfigurationException(
            configuration.describe(DATASETS) + ": names " + name + " twice.", null);
      }
    }
    return folders;
  }

  private static Path path(Configuration configuration, ConfigurationKey<?> key, String given) {
    try {
      return Path.of(given).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new ConfigurationException(configuration.describe(key) + ": is not a path.", e);
    }
  }
}
