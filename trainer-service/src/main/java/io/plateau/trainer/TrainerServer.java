package io.plateau.trainer;

import io.plateau.core.checkpoint.LocalCheckpointStore;
import io.plateau.core.dataset.DatasetRegistry;
import io.plateau.core.kernel.Precision;
import io.plateau.core.kernel.nd4j.Nd4jDevice;
import io.plateau.proto.common.v1.ServerLimits;
import io.plateau.service.bootstrap.PlateauServer;
import io.plateau.service.bootstrap.ServerSettings;
import io.plateau.service.configuration.Configuration;
import io.plateau.service.configuration.ConfigurationException;
import io.plateau.service.database.Database;
import io.plateau.service.jobs.JobSchedulerSettings;
import io.plateau.service.jobs.JobStore;
import io.plateau.service.limits.BoundedExecutor;
import io.plateau.service.metrics.BuildInformation;
import io.plateau.service.metrics.ServerMetrics;
import io.plateau.service.streaming.OpenStreams;
import io.plateau.service.validation.RequestValidator;
import io.plateau.trainer.configuration.TrainerConfiguration;
import io.plateau.trainer.data.DatasetCache;
import io.plateau.trainer.info.ServerInfoEndpoint;
import io.plateau.trainer.metrics.TrainerMetrics;
import io.plateau.trainer.pair.PairCatalogue;
import io.plateau.trainer.pair.PairEndpoint;
import io.plateau.trainer.pair.PairLists;
import io.plateau.trainer.pair.PairTransfers;
import io.plateau.trainer.pair.PairVerifier;
import io.plateau.trainer.pair.PairWriter;
import io.plateau.trainer.training.TrainingLimits;
import io.plateau.trainer.training.TrainingResolver;
import io.plateau.trainer.training.Trainings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running trainer: its database, its checkpoint store, its workers and its gRPC and HTTP ports.
 * Several may run in one process, each on a data directory of its own.
 */
public final class TrainerServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainerServer.class);
  private static final int WAITING_TRANSFERS = 4;

  private final PlateauServer server;

  private TrainerServer(PlateauServer server) {
    this.server = server;
  }

  /**
   * Starts a trainer: opens its database and store, brings its catalogue up to date, goes on with
   * the trainings that an earlier process left, and serves.
   *
   * @param configuration of {@link TrainerConfiguration#catalogue}
   * @param validator of the process
   * @throws io.plateau.service.configuration.ConfigurationException if a setting can't be used
   * @throws io.plateau.service.database.DatabaseException if the database can't be opened
   * @throws io.plateau.core.checkpoint.CheckpointException if the store can't be opened
   * @throws io.plateau.core.dataset.DatasetException if a data set's name can't be used
   */
  public static TrainerServer start(Configuration configuration, RequestValidator validator) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      return new TrainerServer(start(configuration, validator, opened));
    } catch (RuntimeException e) {
      while (!opened.isEmpty()) {
        try {
          opened.pop().close();
        } catch (Exception closing) {
          e.addSuppressed(closing);
        }
      }
      throw e;
    }
  }

  private static PlateauServer start(
      Configuration configuration, RequestValidator validator, Deque<AutoCloseable> opened) {
    ServerSettings settings = ServerSettings.of(TrainerConfiguration.SERVER, configuration);
    Path directory = makeDirectory(TrainerConfiguration.dataDirectory(configuration));
    DatasetRegistry registry = new DatasetRegistry(TrainerConfiguration.datasets(configuration));
    DatasetCache datasets =
        new DatasetCache(registry, configuration.get(TrainerConfiguration.MAX_SAMPLES));
    ServerMetrics serverMetrics = new ServerMetrics("trainer", TrainerMetrics.CATALOGUE);
    opened.push(serverMetrics);
    TrainerMetrics metrics = new TrainerMetrics(serverMetrics.instruments());
    TrainerErrors errors = new TrainerErrors();
    OpenStreams streams = new OpenStreams();

    Database database =
        Database.open(
            TrainerConfiguration.database(configuration),
            List.of(JobStore.MIGRATIONS, PairCatalogue.MIGRATIONS));
    opened.push(database);
    LocalCheckpointStore store = LocalCheckpointStore.open(directory.resolve("checkpoints"));
    opened.push(store);
    PairCatalogue catalogue = new PairCatalogue(database, store);
    catalogue.reconcile();
    metrics.readPairs(catalogue::size);
    PairWriter writer =
        new PairWriter(
            store,
            catalogue,
            metrics,
            database.clock(),
            "plateau-trainer " + BuildInformation.read().version());

    Trainings trainings =
        new Trainings(
            database,
            store,
            new TrainingResolver(datasets, limits(configuration)),
            writer,
            streams,
            metrics,
            new Trainings.Settings(
                JobSchedulerSettings.DEFAULT
                    .withWorkers(configuration.get(TrainerConfiguration.WORKERS))
                    .withHeartbeatInterval(configuration.get(TrainerConfiguration.HEARTBEAT))
                    .withStopGrace(settings.shutdownGrace()),
                configuration.get(TrainerConfiguration.MAX_QUEUED),
                configuration.get(TrainerConfiguration.MAX_WATCHES)),
            errors::toJob);
    opened.push(trainings);
    int transferThreads = configuration.get(TrainerConfiguration.MAX_TRANSFERS);
    BoundedExecutor transfers =
        new BoundedExecutor(
            "trainer-transfers", transferThreads, WAITING_TRANSFERS * transferThreads);
    opened.push(transfers);
    transfers.bindTo(serverMetrics.meters());
    PairEndpoint pairs =
        new PairEndpoint(
            store,
            catalogue,
            new PairTransfers(
                store, transfers, streams, metrics, settings.transport().maxMessageBytes()),
            new PairVerifier(store, datasets, transfers, metrics),
            new PairLists(catalogue, store),
            id -> trainings.state(id).map(state -> !state.isFinal()).orElse(false));

    PlateauServer server =
        PlateauServer.builder(settings, serverMetrics, validator)
            .service(trainings.service())
            .service(pairs)
            .service(
                new ServerInfoEndpoint(
                    registry, told(configuration, settings), TrainerServer::backend))
            .translators(errors.translators())
            .streams(streams)
            .onDrain("trainings", timeLeft -> trainings.stopTraining())
            .onStop("metrics", timeLeft -> serverMetrics.close())
            .onStop("database", timeLeft -> database.close())
            .onStop("checkpoints", timeLeft -> store.close())
            .onStop("transfers", transfers::close)
            .onStop("trainings", timeLeft -> trainings.close())
            .start();
    opened.push(server);
    trainings.start();
    LOG.info("Trainings and checkpoints are kept in {}", directory);
    return server;
  }

  private static String backend() {
    try (Nd4jDevice device = Nd4jDevice.open(Precision.FLOAT32)) {
      return device.description().backend();
    }
  }

  private static TrainingLimits limits(Configuration configuration) {
    return new TrainingLimits(
        configuration.get(TrainerConfiguration.MAX_PARAMETERS),
        configuration.get(TrainerConfiguration.MAX_EPOCHS),
        configuration.get(TrainerConfiguration.MAX_TRAINING_MEMORY));
  }

  private static ServerLimits told(Configuration configuration, ServerSettings settings) {
    return ServerLimits.newBuilder()
        .setMaxMessageBytes(settings.transport().maxMessageBytes())
        .setMaxSamples(configuration.get(TrainerConfiguration.MAX_SAMPLES))
        .setMaxParameters(configuration.get(TrainerConfiguration.MAX_PARAMETERS))
        .setMaxQueuedJobs(configuration.get(TrainerConfiguration.MAX_QUEUED))
        .setMaxStreams(configuration.get(TrainerConfiguration.MAX_WATCHES))
        .build();
  }

  private static Path makeDirectory(Path directory) {
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new ConfigurationException(
          "The data directory " + directory + " can't be made: " + e + ".", e);
    }
  }

  /** The port of gRPC. */
  public int port() {
    return server.port();
  }

  /** The port of /metrics and /healthz. */
  public int metricsPort() {
    return server.metricsPort();
  }

  /** The server, for a shutdown hook. */
  public PlateauServer server() {
    return server;
  }

  /** Saves running trainings, ends calls within the grace period and closes everything. */
  @Override
  public void close() {
    server.close();
  }
}
