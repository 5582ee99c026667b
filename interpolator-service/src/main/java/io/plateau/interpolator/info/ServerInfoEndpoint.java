package io.plateau.interpolator.info;

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

/** The gRPC service that tells what runs here. */
public final class ServerInfoEndpoint extends ServerServiceGrpc.ServerServiceImplBase {
  private final ServerInfo info;

  /**
   * @param build the program
   * @param limits in force
   */
  public ServerInfoEndpoint(DatasetRegistry datasets, BuildInfo build, ServerLimits limits) {
    ServerInfo.Builder server =
        ServerInfo.newBuilder()
            .setKind(ServerKind.SERVER_KIND_INTERPOLATOR)
            .setBuild(build)
            .setInstance(UUID.randomUUID().toString())
            .setStartTime(TimeTranslation.toProto(Instant.now()))
            .setLimits(limits);
    datasets.list().forEach(entry -> server.addDatasets(entry.name()));
    this.info = server.build();
  }

  /**
   * The program.
   *
   * @param backend the library that computes, name and version
   */
  public static BuildInfo build(String backend) {
    String architecture = System.getProperty("os.arch");
    return BuildInfo.newBuilder()
        .setVersion(BuildInformation.read().version())
        .setJavaRuntime(System.getProperty("java.runtime.name") + " " + Runtime.version())
        .setPlatform(
            System.getProperty("os.name").toLowerCase(Locale.ROOT).replace(' ', '-')
                + "-"
                + (architecture.equals("amd64") ? "x86_64" : architecture))
        .setBackend(backend)
        .build();
  }

  @Override
  public void getServerInfo(
      GetServerInfoRequest request, StreamObserver<GetServerInfoResponse> observer) {
    observer.onNext(GetServerInfoResponse.newBuilder().setServer(info).build());
    observer.onCompleted();
  }
}
