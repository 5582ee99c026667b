package io.plateau.cli.connection;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.plateau.proto.common.v1.ServerServiceGrpc;
import io.plateau.proto.interpolator.v1.DeviceServiceGrpc;
import io.plateau.proto.interpolator.v1.EvaluationServiceGrpc;
import io.plateau.proto.interpolator.v1.InterpolationServiceGrpc;
import io.plateau.proto.trainer.v1.CheckpointPairServiceGrpc;
import io.plateau.proto.trainer.v1.TrainingServiceGrpc;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Stubs of both services, with one request id for everything that a command asks. */
public final class Services implements AutoCloseable {
  private static final Metadata.Key<String> REQUEST_ID =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private final ManagedChannel trainer;
  private final ManagedChannel interpolator;

  private Services(ManagedChannel trainer, ManagedChannel interpolator) {
    this.trainer = trainer;
    this.interpolator = interpolator;
  }

  /** Services at two addresses, {@code host:port} each. */
  public static Services to(String trainer, String interpolator) {
    String requestId = "cli-" + UUID.randomUUID();
    return new Services(channel(trainer, requestId), channel(interpolator, requestId));
  }

  /** Trainings. */
  public TrainingServiceGrpc.TrainingServiceBlockingStub trainings() {
    return TrainingServiceGrpc.newBlockingStub(trainer);
  }

  /** Checkpoint pairs. */
  public CheckpointPairServiceGrpc.CheckpointPairServiceBlockingStub pairs() {
    return CheckpointPairServiceGrpc.newBlockingStub(trainer);
  }

  /** Paths. */
  public InterpolationServiceGrpc.InterpolationServiceBlockingStub interpolation() {
    return InterpolationServiceGrpc.newBlockingStub(interpolator);
  }

  /** Durable evaluations. */
  public EvaluationServiceGrpc.EvaluationServiceBlockingStub evaluations() {
    return EvaluationServiceGrpc.newBlockingStub(interpolator);
  }

  /** Devices. */
  public DeviceServiceGrpc.DeviceServiceBlockingStub devices() {
    return DeviceServiceGrpc.newBlockingStub(interpolator);
  }

  /** The trainer itself. */
  public ServerServiceGrpc.ServerServiceBlockingStub trainerServer() {
    return ServerServiceGrpc.newBlockingStub(trainer);
  }

  /** The interpolator itself. */
  public ServerServiceGrpc.ServerServiceBlockingStub interpolatorServer() {
    return ServerServiceGrpc.newBlockingStub(interpolator);
  }

  @Override
  public void close() {
    for (ManagedChannel channel : new ManagedChannel[] {trainer, interpolator}) {
      channel.shutdownNow();
    }
    for (ManagedChannel channel : new ManagedChannel[] {trainer, interpolator}) {
      try {
        channel.awaitTermination(2, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static ManagedChannel channel(String address, String requestId) {
    Metadata metadata = new Metadata();
    metadata.put(REQUEST_ID, requestId);
    return Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
        .intercept(MetadataUtils.newAttachHeadersInterceptor(metadata))
        .maxInboundMessageSize(MAX_MESSAGE_BYTES)
        .build();
  }
}
