package io.plateau.trainer.info;

import io.grpc.stub.StreamObserver;
import io.plateau.core.dataset.DatasetRegistry;
import io.plateau.proto.common.v1.BuildInfo;
import io.plateau.proto.common.v1.GetServerInfoRequest;
import io.plateau.proto.common.v1.GetServerInfoResponse;
import io.plateau.proto.common.v1.ServerInfo;
import io.plateau.proto.common.v1.ServerKind;
import io.plateau.proto.common.v1.ServerLimits;
import io.plateau.proto.common.v1.ServerServiceGrpc;
import io.plateau.service.metrics.BuildInformation;
import io.plateau.service.translation.TimeTranslation;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Supplier;

/** The gRPC service that tells what runs here. */
public final class ServerInfoEndpoint extends ServerServiceGrpc.ServerServiceImplBase {
  private final DatasetRegistry datasets;
  private final ServerLimits limits;
  private final BuildInfo build;
  private final Supplier<String> backend;
  private final String instance = UUID.randomUUID().toString();
  private final Instant startTime = Instant.now();

  /**
   * @param limits in force
   * @param backend the library that computes, name and version; asked when first needed, because it
   *     may take seconds to load
   */
  public ServerInfoEndpoint(
      DatasetRegistry datasets, ServerLimits limits, Supplier<String> backend) {
    this.datasets = datasets;
    this.limits = limits;
    this.build =
        BuildInfo.newBuilder()
            .setVersion(BuildInformation.read().version())
            .setJavaRuntime(System.getProperty("java.runtime.name") + " " + Runtime.version())
            .setPlatform(platform())
            .build();
    this.backend = backend;
  }

  @Override
  public void getServerInfo(
      GetServerInfoRequest request, StreamObserver<GetServerInfoResponse> observer) {
    ServerInfo.Builder server =
        ServerInfo.newBuilder()
            .setKind(ServerKind.SERVER_KIND_TRAINER)
            .setBuild(build.toBuilder().setBackend(backend.get()))
            .setInstance(instance)
            .setStartTime(TimeTranslation.toProto(startTime))
            .setLimits(limits);
    datasets.list().forEach(entry -> server.addDatasets(entry.name()));
    observer.onNext(GetServerInfoResponse.newBuilder().setServer(server).build());
    observer.onCompleted();
  }

  private static String platform() {
    String architecture = System.getProperty("os.arch");
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).replace(' ', '-')
        + "-"
        + (architecture.equals("amd64") ? "x86_64" : architecture);
  }
}
