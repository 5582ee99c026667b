package io.plateau.trainer.configuration;

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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every key of the trainer. */
public final class TrainerConfiguration {
  /** Addresses and limits that every server has. */
  public static final ServerKeys SERVER = new ServerKeys("trainer", 7431, 9431);

  /** Where checkpoints and the embedded database are. */
  public static final ConfigurationKey<String> DATA_DIRECTORY =
      ConfigurationKey.text(
          "trainer.data-directory",
          "",
          "Folder of the checkpoints and of the embedded database. Empty: plateau/trainer below"
              + " XDG_DATA_HOME, or below .local/share in the user's home.");

  /** Where jobs and the catalogue are. */
  public static final ConfigurationKey<String> DATABASE_URL =
      ConfigurationKey.text(
          "trainer.database-url",
          "",
          "JDBC URL of the database of jobs and catalogue: jdbc:postgresql://HOST/DATABASE or"
              + " jdbc:h2:PATH. Empty: an embedded H2 file in the data directory.");

  /** Who connects. */
  public static final ConfigurationKey<String> DATABASE_USER =
      ConfigurationKey.text("trainer.database-user", "", "User of the database.");

  /** With what. */
  public static final ConfigurationKey<String> DATABASE_PASSWORD =
      ConfigurationKey.text("trainer.database-password", "", "Password of the database.")
          .asSecret();

  /** Connections. */
  public static final ConfigurationKey<Integer> DATABASE_CONNECTIONS =
      ConfigurationKey.integer(
          "trainer.database-connections",
          DatabaseSettings.DEFAULT_POOL_SIZE,
          4,
          200,
          "Connections to the database at most.");

  /** Folders of IDX files. */
  public static final ConfigurationKey<List<String>> DATASETS =
      ConfigurationKey.list(
          "trainer.datasets",
          "",
          "Data sets beside the bundled ones, each NAME=FOLDER with IDX files in the folder. The"
              + " names mnist and fashion-mnist take the whole sets.");

  /** Trainings at a time. */
  public static final ConfigurationKey<Integer> WORKERS =
      ConfigurationKey.integer(
          "trainer.workers",
          1,
          1,
          64,
          "Trainings at a time. One already uses every core; more help only where networks are"
              + " small.");

  /** Trainings that wait. */
  public static final ConfigurationKey<Integer> MAX_QUEUED =
      ConfigurationKey.integer(
          "trainer.max-queued",
          1_000,
          1,
          1_000_000,
          "Trainings that may wait; more are refused with RESOURCE_EXHAUSTED.");

  /** Sign of life. */
  public static final ConfigurationKey<Duration> HEARTBEAT =
      ConfigurationKey.duration(
          "trainer.heartbeat",
          Duration.ofSeconds(5),
          Duration.ofMillis(100),
          Duration.ofMinutes(5),
          "How often a worker shows that it lives. After four missed ones another replica on the"
              + " same PostgreSQL takes its training over.");

  /** Size of networks. */
  public static final ConfigurationKey<Integer> MAX_PARAMETERS =
      ConfigurationKey.integer(
          "trainer.max-parameters",
          200_000_000,
          1,
          2_000_000_000,
          "Parameters of a network at most. A training holds about 30 bytes for each.");

  /** Size of data. */
  public static final ConfigurationKey<Integer> MAX_SAMPLES =
      ConfigurationKey.integer(
          "trainer.max-samples",
          10_000_000,
          1,
          Integer.MAX_VALUE,
          "Samples of a data set at most.");

  /** Length of trainings. */
  public static final ConfigurationKey<Integer> MAX_EPOCHS =
      ConfigurationKey.integer(
          "trainer.max-epochs", 100_000, 1, 100_000, "Epochs that a training may ask for.");

  /** Memory of a training. */
  public static final ConfigurationKey<Long> MAX_TRAINING_MEMORY =
      ConfigurationKey.bytes(
          "trainer.max-training-memory",
          8L << 30,
          1L << 20,
          1L << 44,
          "Memory that a training may need by the size of its network and batch.");

  /** Watches. */
  public static final ConfigurationKey<Integer> MAX_WATCHES =
      ConfigurationKey.integer(
          "trainer.max-watches", 1_000, 1, 100_000, "Watches of trainings at a time.");

  /** Transfers. */
  public static final ConfigurationKey<Integer> MAX_TRANSFERS =
      ConfigurationKey.integer(
          "trainer.max-transfers",
          16,
          1,
          1_000,
          "Checkpoints that are read, exported or verified at a time; four times as many wait.");

  private static final ConfigurationCatalogue CATALOGUE =
      ConfigurationCatalogue.builder()
          .addAll(SERVER.all())
          .add(
              DATA_DIRECTORY,
              DATABASE_URL,
              DATABASE_USER,
              DATABASE_PASSWORD,
              DATABASE_CONNECTIONS,
              DATASETS,
              WORKERS,
              MAX_QUEUED,
              HEARTBEAT,
              MAX_PARAMETERS,
              MAX_SAMPLES,
              MAX_EPOCHS,
              MAX_TRAINING_MEMORY,
              MAX_WATCHES,
              MAX_TRANSFERS)
          .addAll(LogKeys.all())
          .foreignSection("interpolator")
          .build();

  private TrainerConfiguration() {}

  /** Every key that the trainer knows, in the order of the documentation. */
  public static ConfigurationCatalogue catalogue() {
    return CATALOGUE;
  }

  /** A configuration of flags alone, for a trainer that is embedded in another program. */
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
    try {
      if (!given.isEmpty()) {
        return Path.of(given).toAbsolutePath();
      }
      String shared = System.getenv("XDG_DATA_HOME");
      // The specification of XDG says that relative paths are to be ignored.
      Path base =
          shared != null && Path.of(shared).isAbsolute()
              ? Path.of(shared)
              : Path.of(System.getProperty("user.home"), ".local", "share");
      return base.resolve("plateau").resolve("trainer");
    } catch (InvalidPathException e) {
      throw new ConfigurationException(
          configuration.describe(DATA_DIRECTORY) + ": is not a path.", e);
    }
  }

  /** How the database is reached. */
  public static DatabaseSettings database(Configuration configuration) {
    String url = configuration.get(DATABASE_URL);
    DatabaseSettings settings =
        url.isEmpty()
            ? DatabaseSettings.embedded(dataDirectory(configuration).resolve("trainer"))
            : DatabaseSettings.at(url);
    return settings
        .withCredentials(configuration.get(DATABASE_USER), configuration.get(DATABASE_PASSWORD))
        .withPoolSize(configuration.get(DATABASE_CONNECTIONS));
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
      if (folders.put(name, Path.of(entry.substring(equals + 1).strip())) != null) {
        throw new ConfigurationException(
            configuration.describe(DATASETS) + ": names " + name + " twice.", null);
      }
    }
    return folders;
  }
}
