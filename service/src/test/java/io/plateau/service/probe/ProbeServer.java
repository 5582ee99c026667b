package io.plateau.service.probe;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.plateau.probe.v1.ProbeServiceGrpc;
import io.plateau.service.bootstrap.PlateauServer;
import io.plateau.service.bootstrap.ServerKeys;
import io.plateau.service.bootstrap.ServerSettings;
import io.plateau.service.configuration.Configuration;
import io.plateau.service.configuration.ConfigurationCatalogue;
import io.plateau.service.configuration.ConfigurationSources;
import io.plateau.service.errors.ErrorTranslators;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.metrics.MetricCatalogue;
import io.plateau.service.metrics.ServerMetrics;
import io.plateau.service.validation.RequestValidator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A real server on loopback with the probe service, and channels to it. */
public final class ProbeServer implements AutoCloseable {
  public static final String SERVICE = "plateau.probe.v1.ProbeService";
  private static final RequestValidator VALIDATOR = new RequestValidator();

  public final ProbeService service = new ProbeService();
  public final ServerMetrics metrics;
  public final PlateauServer server;
  private final List<ManagedChannel> channels = new ArrayList<>();

  private ProbeServer(
      String name, Map<String, String> flags, Consumer<PlateauServer.Builder> customize) {
    metrics = new ServerMetrics(name, MetricCatalogue.of());
    PlateauServer.Builder builder =
        PlateauServer.builder(settings(name, flags), metrics, VALIDATOR)
            .service(service)
            .streams(service.streams)
            .translators(
                ErrorTranslators.builder()
                    .on(
                        ProbeService.DomainException.class,
                        failure -> PlateauException.of(Reason.ENDS_DIFFER, failure.getMessage()))
                    .build());
    customize.accept(builder);
    server = builder.start();
  }

  public static ProbeServer start() {
    return start(Map.of());
  }

  public static ProbeServer start(Map<String, String> flags) {
    return new ProbeServer("trainer", flags, builder -> {});
  }

  public static ProbeServer start(
      String name, Map<String, String> flags, Consumer<PlateauServer.Builder> customize) {
    return new ProbeServer(name, flags, customize);
  }

  public static ServerSettings settings(String name, Map<String, String> flags) {
    ServerKeys keys = new ServerKeys(name, 0, 0);
    ConfigurationCatalogue catalogue = ConfigurationCatalogue.builder().addAll(keys.all()).build();
    return ServerSettings.of(
        keys, Configuration.load(catalogue, ConfigurationSources.ofFlags(new HashMap<>(flags))));
  }

  /** A new connection. */
  public ManagedChannel channel() {
    return channel(NettyChannelBuilder.DEFAULT_FLOW_CONTROL_WINDOW);
  }

  /** A new connection that takes so many bytes before they are read. */
  public ManagedChannel channel(int flowControlWindow) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port())
            .usePlaintext()
            .flowControlWindow(flowControlWindow)
            .build();
    channels.add(channel);
    return channel;
  }

  public ProbeServiceGrpc.ProbeServiceBlockingStub stub() {
    return ProbeServiceGrpc.newBlockingStub(channel());
  }

  /** One scrape, or the answer of another path. */
  public HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.metricsPort() + path))
            .timeout(Duration.ofSeconds(20));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() throws InterruptedException {
    service.release.countDown();
    for (ManagedChannel channel : channels) {
      channel.shutdownNow();
    }
    server.shutDown(Duration.ofSeconds(5));
    service.close();
    metrics.close();
    for (ManagedChannel channel : channels) {
      boolean unused = channel.awaitTermination(5, TimeUnit.SECONDS);
    }
  }
}
