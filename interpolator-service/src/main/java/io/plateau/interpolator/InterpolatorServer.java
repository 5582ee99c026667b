package io.plateau.interpolator;

import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.plateau.core.dataset.DatasetRegistry;
import io.plateau.interpolator.configuration.InterpolatorConfiguration;
import io.plateau.interpolator.data.DataResolver;
import io.plateau.interpolator.data.DatasetCache;
import io.plateau.interpolator.device.ComputeDevice;
import io.plateau.interpolator.device.DeviceQueue;
import io.plateau.interpolator.device.DeviceSpeed;
import io.plateau.interpolator.evaluation.Evaluations;
import io.plateau.interpolator.info.DeviceEndpoint;
import io.plateau.interpolator.info.ServerInfoEndpoint;
import io.plateau.interpolator.interpolation.InterpolationEndpoint;
import io.plateau.interpolator.metrics.InterpolatorMetrics;
import io.plateau.interpolator.pair.CheckpointCache;
import io.plateau.interpolator.pair.FolderPairs;
import io.plateau.interpolator.pair.TrainerPairs;
import io.plateau.interpolator.path.EndResolver;
import io.plateau.interpolator.path.PathLimits;
import io.plateau.interpolator.path.PathPlanner;
import io.plateau.interpolator.path.PathWork;
import io.plateau.proto.common.v1.BuildInfo;
import io.plateau.proto.common.v1.ServerLimits;
import io.plateau.service.bootstrap.PlateauServer;
import io.plateau.service.bootstrap.ServerSettings;
import io.plateau.service.configuration.Configuration;
import io.plateau.service.configuration.ConfigurationException;
import io.plateau.service.database.Database;
import io.plateau.service.jobs.JobSchedulerSettings;
import io.plateau.service.jobs.JobStore;
import io.plateau.service.limits.AdmissionControl;
import io.plateau.service.limits.BoundedExecutor;
import io.plateau.service.metrics.ServerMetrics;
import io.plateau.service.streaming.OpenStreams;
import io.plateau.service.validation.RequestValidator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running interpolator: its device, its database, its caches and its gRPC and HTTP ports. Several
 * may run in one process, each on a data directory of its own; they share the machine's processor.
 */
public final class InterpolatorServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(InterpolatorServer.class);
  // They mostly wait for the trainer or a disk.
  private static final int MOST_PREPARING = 64;
  private static final int WAITING_PLANS = 64;
  // A pair's training record may be long.
  private static final int LARGEST_ANSWER = 64 << 20;

  private final PlateauServer server;

  private InterpolatorServer(PlateauServer server) {
    this.server = server;
  }

  /**
   * Starts an interpolator.
   *
   * @param configuration of {@link InterpolatorConfiguration#catalogue}
   * @param validator of the process
   * @throws ConfigurationException if a setting can't be used
   * @throws io.plateau.service.database.DatabaseException if the database can't be opened
   * @throws io.plateau.core.dataset.DatasetException if a data set's name can't be used
   */
  public static InterpolatorServer start(Configuration configuration, RequestValidator validator) {
    Deque<AutoCloseable> opened = new ArrayDeque<>();
    try {
      return new InterpolatorServer(start(configuration, validator, opened));
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
    ServerSettings settings = ServerSettings.of(InterpolatorConfiguration.SERVER, configuration);
    Path directory = makeDirectory(InterpolatorConfiguration.dataDirectory(configuration));
    DatasetRegistry registry =
        new DatasetRegistry(InterpolatorConfiguration.datasets(configuration));
    ServerMetrics serverMetrics = new ServerMetrics("interpolator", InterpolatorMetrics.CATALOGUE);
    opened.push(serverMetrics);
    InterpolatorMetrics metrics = new InterpolatorMetrics(serverMetrics.instruments());
    InterpolatorErrors errors = new InterpolatorErrors();
    OpenStreams streams = new OpenStreams();

    Database database =
        Database.open(
            InterpolatorConfiguration.database(configuration), List.of(JobStore.MIGRATIONS));
    opened.push(database);
    ComputeDevice device = ComputeDevice.open(configuration.get(InterpolatorConfiguration.DEVICE));
    opened.push(device);
    DeviceSpeed speed = new DeviceSpeed();
    int concurrent = configuration.get(InterpolatorConfiguration.CONCURRENT_EVALUATIONS);
    int queueLength = configuration.get(InterpolatorConfiguration.QUEUE_LENGTH);
    DeviceQueue queue =
        new DeviceQueue(
            device.id(),
            concurrent,
            configuration.get(InterpolatorConfiguration.DEVICE_MEMORY),
            metrics);
    opened.push(queue);
    metrics.watchDevice(
        queue::pendingPoints,
        queue::running,
        queue::waiting,
        queue::memoryBytes,
        queue::reservedBytes,
        device::allocatedBytes);

    CheckpointCache checkpoints =
        CheckpointCache.open(
            InterpolatorConfiguration.cacheDirectory(configuration),
            configuration.get(InterpolatorConfiguration.CACHE_SIZE),
            metrics);
    opened.push(checkpoints);
    DatasetCache datasets =
        new DatasetCache(
            registry, configuration.get(InterpolatorConfiguration.DATASET_MEMORY), metrics);
    metrics.watchCaches(checkpoints::bytes, datasets::bytes);
    Optional<ManagedChannel> trainer = trainer(configuration);
    trainer.ifPresent(channel -> opened.push(channel::shutdownNow));
    PathPlanner planner =
        new PathPlanner(
            new EndResolver(
                new TrainerPairs(trainer.map(Channel.class::cast), checkpoints),
                new FolderPairs(InterpolatorConfiguration.roots(configuration))),
            new DataResolver(datasets, configuration.get(InterpolatorConfiguration.MAX_SAMPLES)),
            device,
            speed,
            new PathLimits(
                configuration.get(InterpolatorConfiguration.MAX_ALPHAS),
                configuration.get(InterpolatorConfiguration.MAX_POINTS),
                configuration.get(InterpolatorConfiguration.MAX_PARAMETERS),
                configuration.get(InterpolatorConfiguration.DEVICE_MEMORY)));
    BuildInfo build = ServerInfoEndpoint.build(device.description().backend());
    PathWork.Surroundings surroundings =
        new PathWork.Surroundings(device, speed, metrics, build, Clock.systemUTC());
    BoundedExecutor preparation =
        new BoundedExecutor(
            "interpolator-preparation",
            Math.min(MOST_PREPARING, 4 + concurrent + queueLength),
            concurrent + queueLength + WAITING_PLANS);
    opened.push(preparation);
    preparation.bindTo(serverMetrics.meters());

    Evaluations evaluations =
        new Evaluations(
            database,
            planner,
            queue,
            preparation,
            surroundings,
            streams,
            new Evaluations.Settings(
                JobSchedulerSettings.DEFAULT
                    .withWorkers(configuration.get(InterpolatorConfiguration.WORKERS))
                    .withHeartbeatInterval(configuration.get(InterpolatorConfiguration.HEARTBEAT))
                    .withStopGrace(settings.shutdownGrace()),
                configuration.get(InterpolatorConfiguration.MAX_QUEUED),
                configuration.get(InterpolatorConfiguration.MAX_WATCHES)),
            errors::toJob);
    opened.push(evaluations);

    PlateauServer server =
        PlateauServer.builder(settings, serverMetrics, validator)
            .service(
                new InterpolationEndpoint(
                    planner,
                    queue,
                    new AdmissionControl("evaluations", concurrent + queueLength),
                    preparation,
                    streams,
                    surroundings))
            .service(evaluations.service())
            .service(new DeviceEndpoint(device, queue, speed, queueLength))
            .service(new ServerInfoEndpoint(registry, build, told(configuration, settings)))
            .translators(errors.translators())
            .streams(streams)
            .onDrain("evaluations", timeLeft -> evaluations.stopEvaluating())
            .onStop("metrics", timeLeft -> serverMetrics.close())
            .onStop("database", timeLeft -> database.close())
            .onStop("device", timeLeft -> device.close())
            .onStop("checkpoints", timeLeft -> checkpoints.close())
            .onStop("trainer", timeLeft -> trainer.ifPresent(InterpolatorServer::close))
            .onStop("queue", timeLeft -> queue.close())
            .onStop("preparation", preparation::close)
            .onStop("evaluations", timeLeft -> evaluations.close())
            .start();
    opened.push(server);
    evaluations.start();
    LOG.info(
        "Computing on {} ({}), with data in {}",
        device.description().name(),
        device.description().backend(),
        directory);
    return server;
  }

  private static Optional<ManagedChannel> trainer(Configuration configuration) {
    String target = configuration.get(InterpolatorConfiguration.TRAINER);
    if (target.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
              .maxInboundMessageSize(LARGEST_ANSWER)
              .keepAliveTime(2, TimeUnit.MINUTES)
              .build());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          configuration.describe(InterpolatorConfiguration.TRAINER) + ": is not HOST:PORT.", e);
    }
  }

  private static void close(ManagedChannel channel) {
    channel.shutdownNow();
  }

  private static ServerLimits told(Configuration configuration, ServerSettings settings) {
    return ServerLimits.newBuilder()
        .setMaxMessageBytes(settings.transport().maxMessageBytes())
        .setMaxAlphas(configuration.get(InterpolatorConfiguration.MAX_ALPHAS))
        .setMaxSamples(configuration.get(InterpolatorConfiguration.MAX_SAMPLES))
        .setMaxParameters(configuration.get(InterpolatorConfiguration.MAX_PARAMETERS))
        .setMaxQueuedJobs(configuration.get(InterpolatorConfiguration.MAX_QUEUED))
        .setMaxStreams(configuration.get(InterpolatorConfiguration.MAX_WATCHES))
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

  /**
   * Puts running evaluations back into the queue, ends calls within the grace period and closes
   * everything.
   */
  @Override
  public void close() {
    server.close();
  }
}
