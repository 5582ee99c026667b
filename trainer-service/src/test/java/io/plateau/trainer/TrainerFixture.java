package io.plateau.trainer;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.plateau.proto.common.v1.DatasetSpec;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.NetworkSpec;
import io.plateau.proto.common.v1.ServerServiceGrpc;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.CheckpointPairServiceGrpc;
import io.plateau.proto.trainer.v1.CreateTrainingRequest;
import io.plateau.proto.trainer.v1.GetPairRequest;
import io.plateau.proto.trainer.v1.GetTrainingRequest;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingServiceGrpc;
import io.plateau.proto.trainer.v1.TrainingSpec;
import io.plateau.proto.trainer.v1.WatchTrainingRequest;
import io.plateau.proto.trainer.v1.WatchTrainingResponse;
import io.plateau.service.database.DatabaseSettings;
import io.plateau.service.validation.RequestValidator;
import io.plateau.trainer.configuration.TrainerConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** A trainer on free ports of this machine with a data directory of its own, and its clients. */
final class TrainerFixture implements AutoCloseable {
  /** Building one takes a second: the tests of a run share it, as the servers of a process do. */
  static final RequestValidator VALIDATOR = new RequestValidator();

  private final Map<String, String> flags = new LinkedHashMap<>();
  private TrainerServer server;
  private ManagedChannel channel;

  TrainerFixture(Path directory) {
    flags.put("trainer.port", "0");
    flags.put("trainer.metrics-port", "0");
    flags.put("trainer.heartbeat", "250ms");
    flags.put("trainer.data-directory", directory.resolve("data").toString());
    flags.put(
        "trainer.datasets",
        SmallDataset.NAME + "=" + SmallDataset.write(directory.resolve("small")));
  }

  TrainerFixture with(String key, String value) {
    flags.put(key, value);
    return this;
  }

  TrainerFixture on(DatabaseSettings database) {
    return with("trainer.database-url", database.url())
        .with("trainer.database-user", database.user())
        .with("trainer.database-password", database.password());
  }

  Map<String, String> flags() {
    return flags;
  }

  TrainerFixture start() {
    server = TrainerServer.start(TrainerConfiguration.ofFlags(flags), VALIDATOR);
    connect(server.port());
    return this;
  }

  /** Calls a trainer on a port of this machine. */
  void connect(int port) {
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .maxInboundMessageSize(16 << 20)
            .build();
  }

  void disconnect() {
    channel.shutdownNow();
    channel = null;
  }

  void stop() {
    if (channel != null) {
      channel.shutdownNow();
      channel = null;
    }
    if (server != null) {
      server.close();
      server = null;
    }
  }

  TrainerFixture restart() {
    stop();
    return start();
  }

  TrainerServer server() {
    return server;
  }

  ManagedChannel channel() {
    return channel;
  }

  TrainingServiceGrpc.TrainingServiceBlockingStub trainings() {
    return TrainingServiceGrpc.newBlockingStub(channel);
  }

  TrainingServiceGrpc.TrainingServiceStub asyncTrainings() {
    return TrainingServiceGrpc.newStub(channel);
  }

  CheckpointPairServiceGrpc.CheckpointPairServiceBlockingStub pairs() {
    return CheckpointPairServiceGrpc.newBlockingStub(channel);
  }

  ServerServiceGrpc.ServerServiceBlockingStub info() {
    return ServerServiceGrpc.newBlockingStub(channel);
  }

  Training create(TrainingSpec spec) {
    return create(CreateTrainingRequest.newBuilder().setSpec(spec).build());
  }

  Training create(CreateTrainingRequest request) {
    return trainings().createTraining(request).getTraining();
  }

  Training get(String name) {
    return trainings()
        .getTraining(GetTrainingRequest.newBuilder().setName(name).build())
        .getTraining();
  }

  CheckpointPair pair(String name) {
    return pairs().getPair(GetPairRequest.newBuilder().setName(name).build()).getPair();
  }

  Training await(String name, JobState state) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              JobState now = get(name).getState();
              if (isFinal(now) && now != state) {
                throw new AssertionError(name + " is " + get(name));
              }
              return now == state;
            });
    return get(name);
  }

  /**
   * Everything that a watch from a number on gives until the training ends, signs of progress
   * aside.
   */
  List<WatchTrainingResponse> watch(String name, long after) {
    Iterator<WatchTrainingResponse> responses =
        trainings()
            .withDeadlineAfter(Duration.ofMinutes(5))
            .watchTraining(
                WatchTrainingRequest.newBuilder().setName(name).setAfterEvent(after).build());
    List<WatchTrainingResponse> events = new ArrayList<>();
    while (responses.hasNext()) {
      WatchTrainingResponse response = responses.next();
      if (response.hasEvent()) {
        events.add(response);
      }
    }
    return events;
  }

  static boolean isFinal(JobState state) {
    return switch (state) {
      case JOB_STATE_SUCCEEDED, JOB_STATE_FAILED_TO_LEARN, JOB_STATE_FAILED, JOB_STATE_CANCELLED ->
          true;
      default -> false;
    };
  }

  /** A network that learns the small data in a second. */
  static TrainingSpec.Builder smallSpec() {
    TrainingSpec.Builder spec =
        TrainingSpec.newBuilder().setDataset(smallData()).setBatchSize(32).setSeed(7);
    spec.setNetwork(fullyConnected(3, 24));
    spec.getStoppingRuleBuilder().setMaxEpochs(12);
    return spec;
  }

  /** The same, which takes minutes if it isn't stopped. */
  static TrainingSpec.Builder longSpec() {
    TrainingSpec.Builder spec = smallSpec();
    spec.getStoppingRuleBuilder().setMaxEpochs(20_000);
    return spec;
  }

  static NetworkSpec.Builder fullyConnected(int depth, int width) {
    NetworkSpec.Builder network = NetworkSpec.newBuilder();
    network.getFullyConnectedBuilder().setDepth(depth).setWidth(width);
    return network;
  }

  static DatasetSpec.Builder smallData() {
    DatasetSpec.Builder data = DatasetSpec.newBuilder();
    data.getNamedBuilder().setName(SmallDataset.NAME);
    return data;
  }

  @Override
  public void close() {
    stop();
  }
}
