package io.plateau.interpolator;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.plateau.interpolator.configuration.InterpolatorConfiguration;
import io.plateau.proto.common.v1.AlphaGrid;
import io.plateau.proto.common.v1.CheckpointRef;
import io.plateau.proto.common.v1.EndRef;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.common.v1.PathEnds;
import io.plateau.proto.common.v1.Scheme;
import io.plateau.proto.common.v1.ServerServiceGrpc;
import io.plateau.proto.interpolator.v1.DeviceServiceGrpc;
import io.plateau.proto.interpolator.v1.EvaluationServiceGrpc;
import io.plateau.proto.interpolator.v1.InterpolateRequest;
import io.plateau.proto.interpolator.v1.InterpolateResponse;
import io.plateau.proto.interpolator.v1.InterpolationServiceGrpc;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.interpolator.v1.Plan;
import io.plateau.proto.interpolator.v1.PlanRequest;
import io.plateau.service.database.DatabaseSettings;
import io.plateau.service.validation.RequestValidator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An interpolator on free ports of this machine with a data directory of its own, and clients. */
public final class InterpolatorFixture implements AutoCloseable {
  /** Building one takes a second: the tests of a run share it, as the servers of a process do. */
  public static final RequestValidator VALIDATOR = new RequestValidator();

  private final Map<String, String> flags = new LinkedHashMap<>();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private InterpolatorServer server;
  private ManagedChannel channel;

  public InterpolatorFixture(Path directory, Pairs pairs) {
    flags.put("interpolator.port", "0");
    flags.put("interpolator.metrics-port", "0");
    flags.put("interpolator.heartbeat", "250ms");
    flags.put("interpolator.trainer", "");
    flags.put("interpolator.data-directory", directory.resolve("interpolator").toString());
    flags.put("interpolator.roots", pairs.directory.resolve("store").toString());
    flags.put("interpolator.datasets", SmallDataset.NAME + "=" + pairs.dataFolder);
  }

  public InterpolatorFixture with(String key, String value) {
    flags.put(key, value);
    return this;
  }

  public InterpolatorFixture on(DatabaseSettings database) {
    return with("interpolator.database-url", database.url())
        .with("interpolator.database-user", database.user())
        .with("interpolator.database-password", database.password());
  }

  public Map<String, String> flags() {
    return flags;
  }

  public InterpolatorFixture start() {
    server = InterpolatorServer.start(InterpolatorConfiguration.ofFlags(flags), VALIDATOR);
    channel = newChannel(NettyChannelBuilder.DEFAULT_FLOW_CONTROL_WINDOW);
    return this;
  }

  /** A connection that takes so many bytes before they are read. */
  public ManagedChannel newChannel(int flowControlWindow) {
    ManagedChannel made =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port())
            .usePlaintext()
            .maxInboundMessageSize(16 << 20)
            .flowControlWindow(flowControlWindow)
            .build();
    channels.add(made);
    return made;
  }

  public void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    channels.clear();
    if (server != null) {
      server.close();
      server = null;
    }
  }

  public InterpolatorFixture restart() {
    stop();
    return start();
  }

  public InterpolatorServer server() {
    return server;
  }

  public ManagedChannel channel() {
    return channel;
  }

  public InterpolationServiceGrpc.InterpolationServiceBlockingStub interpolation() {
    return InterpolationServiceGrpc.newBlockingStub(channel);
  }

  public EvaluationServiceGrpc.EvaluationServiceBlockingStub evaluations() {
    return EvaluationServiceGrpc.newBlockingStub(channel);
  }

  public DeviceServiceGrpc.DeviceServiceBlockingStub devices() {
    return DeviceServiceGrpc.newBlockingStub(channel);
  }

  public ServerServiceGrpc.ServerServiceBlockingStub info() {
    return ServerServiceGrpc.newBlockingStub(channel);
  }

  /** Everything that an evaluation sends. */
  public List<PathItem> interpolate(PathSpec spec) {
    Iterator<InterpolateResponse> answers =
        interpolation().interpolate(InterpolateRequest.newBuilder().setSpec(spec).build());
    List<PathItem> items = new ArrayList<>();
    answers.forEachRemaining(answer -> items.add(answer.getItem()));
    return items;
  }

  public Plan plan(PathSpec spec) {
    return interpolation().plan(PlanRequest.newBuilder().setSpec(spec).build()).getPlan();
  }

  /** The value of a metric without labels, or with those written; 0 if it is not there. */
  public double metric(String series) {
    for (String line : scrape().split("\n", -1)) {
      if (line.startsWith(series + " ")) {
        return Double.parseDouble(line.substring(series.length() + 1).split(" ", -1)[0]);
      }
    }
    return 0;
  }

  public String scrape() {
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + server.metricsPort() + "/metrics"))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Both ends of a stored pair. */
  public static PathSpec.Builder spec(String uri) {
    return PathSpec.newBuilder()
        .setEnds(PathEnds.newBuilder().setFirst(stored(uri, PairEnd.PAIR_END_UNSPECIFIED)));
  }

  public static EndRef stored(String uri, PairEnd end) {
    EndRef.Builder reference = EndRef.newBuilder();
    reference.getStoredBuilder().setUri(uri);
    if (end != PairEnd.PAIR_END_UNSPECIFIED) {
      reference.getStoredBuilder().setCheckpoint(CheckpointRef.newBuilder().setEnd(end));
    }
    return reference.build();
  }

  public static AlphaGrid uniform(int count) {
    return AlphaGrid.newBuilder()
        .setUniform(AlphaGrid.Uniform.newBuilder().setCount(count))
        .build();
  }

  public static AlphaGrid explicit(double... alphas) {
    AlphaGrid.Builder grid = AlphaGrid.newBuilder();
    for (double alpha : alphas) {
      grid.getExplicitBuilder().addAlphas(alpha);
    }
    return grid.build();
  }

  public static Scheme linear() {
    return Scheme.newBuilder().setLinear(Scheme.Linear.getDefaultInstance()).build();
  }

  public static Scheme homogeneousBias() {
    return Scheme.newBuilder()
        .setHomogeneousBias(Scheme.HomogeneousBias.getDefaultInstance())
        .build();
  }

  @Override
  public void close() {
    stop();
  }
}
