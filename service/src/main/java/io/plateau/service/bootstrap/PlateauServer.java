package io.plateau.service.bootstrap;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.grpc.BindableService;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.core.instrument.binder.jvm.ExecutorServiceMetrics;
import io.plateau.service.configuration.ConfigurationException;
import io.plateau.service.errors.ErrorInterceptor;
import io.plateau.service.errors.ErrorTranslators;
import io.plateau.service.health.ServerHealth;
import io.plateau.service.limits.AdmissionControl;
import io.plateau.service.limits.CallLimit;
import io.plateau.service.metrics.CallMetrics;
import io.plateau.service.metrics.MetricsEndpoint;
import io.plateau.service.metrics.ServerMetrics;
import io.plateau.service.request.RequestInterceptor;
import io.plateau.service.streaming.OpenStreams;
import io.plateau.service.validation.RequestValidator;
import io.plateau.service.validation.ValidationInterceptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: gRPC on one port, metrics and health by HTTP on another. Several may run in one
 * process; they share no state but the validator that they are given.
 */
public final class PlateauServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PlateauServer.class);
  private static final Duration FORCED_END = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(10);

  private final ServerSettings settings;
  private final Server server;
  private final MetricsEndpoint endpoint;
  private final ServerHealth health;
  private final OpenStreams streams;
  private final AdmissionControl calls;
  private final ThreadPoolExecutor callExecutor;
  private final List<NamedStep> drainSteps;
  private final List<NamedStep> stopSteps;
  private final AtomicBoolean shuttingDown = new AtomicBoolean();
  private final CountDownLatch terminated = new CountDownLatch(1);

  private record NamedStep(String name, ShutdownStep step) {}

  private PlateauServer(Builder builder, Parts parts, MetricsEndpoint endpoint) {
    this.settings = builder.settings;
    this.streams = builder.streams;
    this.drainSteps = List.copyOf(builder.drainSteps);
    this.stopSteps = List.copyOf(builder.stopSteps);
    this.server = parts.server;
    this.health = parts.health;
    this.calls = parts.calls;
    this.callExecutor = parts.callExecutor;
    this.endpoint = endpoint;
  }

  private record Parts(
      Server server,
      ServerHealth health,
      AdmissionControl calls,
      ThreadPoolExecutor callExecutor) {}

  /**
   * Begins a server.
   *
   * @param metrics of this server alone
   * @param validator of the process
   */
  public static Builder builder(
      ServerSettings settings, ServerMetrics metrics, RequestValidator validator) {
    return new Builder(settings, metrics, validator);
  }

  /** The port that gRPC listens on. */
  public int port() {
    return server.getPort();
  }

  /** The port that HTTP listens on. */
  public int metricsPort() {
    return endpoint.port();
  }

  /** Reports single services as able or unable to serve. */
  public ServerHealth health() {
    return health;
  }

  /** Waits until the server has shut down. */
  public void awaitTermination() throws InterruptedException {
    terminated.await();
  }

  /** {@link #shutDown(Duration)} with the grace period of the settings. */
  @Override
  public void close() {
    shutDown(settings.shutdownGrace());
  }

  /**
   * Ends the server: reports NOT_SERVING, refuses new calls, ends streams that can be resumed, runs
   * the drain steps, lets running calls end within the grace period, ends what still runs, and runs
   * the stop steps. Waits until all is done; a second call waits for the first.
   */
  public void shutDown(Duration grace) {
    if (!shuttingDown.compareAndSet(false, true)) {
      awaitFirstShutdown();
      return;
    }
    LOG.atInfo().addKeyValue("server", settings.name()).log("Shutting down");
    boolean interrupted = false;
    health.shutDown();
    long deadline = System.nanoTime() + settings.shutdownDelay().plus(grace).toNanos();
    try {
      TimeUnit.NANOSECONDS.sleep(settings.shutdownDelay().toNanos());
      server.shutdown();
      streams.drain();
      drainSteps.forEach(step -> run(step, timeLeft(deadline)));
      awaitIdle(deadline);
    } catch (InterruptedException hurry) {
      interrupted = true;
    }
    interrupted |= force();
    callExecutor.shutdown();
    endpoint.close();
    for (int i = stopSteps.size() - 1; i >= 0; i--) {
      run(stopSteps.get(i), timeLeft(deadline));
    }
    terminated.countDown();
    LOG.atInfo().addKeyValue("server", settings.name()).log("Shut down");
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitFirstShutdown() {
    try {
      terminated.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Health watches and reflection don't count: they never end by themselves. */
  private void awaitIdle(long deadline) throws InterruptedException {
    while (calls.held() > 0 && !timeLeft(deadline).isZero()) {
      TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
    }
  }

  /** Tells the streams why they end, and the rest by closing the connections. */
  private boolean force() {
    boolean interrupted = false;
    server.shutdown();
    if (calls.held() > 0) {
      LOG.atWarn()
          .addKeyValue("server", settings.name())
          .addKeyValue("calls", calls.held())
          .log("Ending calls that outlast the grace period");
    }
    streams.shutDown();
    try {
      awaitIdle(System.nanoTime() + Duration.ofSeconds(1).toNanos());
    } catch (InterruptedException hurry) {
      interrupted = true;
    }
    server.shutdownNow();
    try {
      if (!server.awaitTermination(FORCED_END.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.atWarn().addKeyValue("server", settings.name()).log("Some calls did not end");
      }
    } catch (InterruptedException hurry) {
      interrupted = true;
    }
    return interrupted;
  }

  private void run(NamedStep step, Duration timeLeft) {
    try {
      step.step().run(timeLeft);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (Exception failure) {
      LOG.atError()
          .addKeyValue("server", settings.name())
          .addKeyValue("step", step.name())
          .setCause(failure)
          .log("A step of the shutdown failed");
    }
  }

  private static Duration timeLeft(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  /** Collects the parts of a server. */
  public static final class Builder {
    private final ServerSettings settings;
    private final ServerMetrics metrics;
    private final RequestValidator validator;
    private final List<BindableService> services = new ArrayList<>();
    private final List<ServerInterceptor> interceptors = new ArrayList<>();
    private final List<ServerStreamTracer.Factory> tracers = new ArrayList<>();
    private final List<NamedStep> drainSteps = new ArrayList<>();
    private final List<NamedStep> stopSteps = new ArrayList<>();
    private ErrorTranslators translators = ErrorTranslators.none();
    private OpenStreams streams = new OpenStreams();
    private ServerCredentials credentials = InsecureServerCredentials.create();

    private Builder(ServerSettings settings, ServerMetrics metrics, RequestValidator validator) {
      this.settings = requireNonNull(settings, "settings");
      this.metrics = requireNonNull(metrics, "metrics");
      this.validator = requireNonNull(validator, "validator");
    }

    @CanIgnoreReturnValue
    public Builder service(BindableService service) {
      services.add(service);
      return this;
    }

    /** How exceptions of the domain are told to callers. */
    @CanIgnoreReturnValue
    public Builder translators(ErrorTranslators errorTranslators) {
      translators = requireNonNull(errorTranslators, "errorTranslators");
      return this;
    }

    /** The registry that the services open their streams with. */
    @CanIgnoreReturnValue
    public Builder streams(OpenStreams openStreams) {
      streams = requireNonNull(openStreams, "openStreams");
      return this;
    }

    /** Transport security; without it, only this machine may reach the server. */
    @CanIgnoreReturnValue
    public Builder credentials(ServerCredentials serverCredentials) {
      credentials = requireNonNull(serverCredentials, "serverCredentials");
      return this;
    }

    /**
     * Adds an interceptor of every call, health and reflection included, within request ids and
     * error mapping and before the limits: the place of authentication. The first added is the
     * outermost.
     */
    @CanIgnoreReturnValue
    public Builder interceptor(ServerInterceptor interceptor) {
      interceptors.add(interceptor);
      return this;
    }

    /** Adds a tracer of every stream: the place of distributed tracing. */
    @CanIgnoreReturnValue
    public Builder tracer(ServerStreamTracer.Factory tracer) {
      tracers.add(tracer);
      return this;
    }

    /** Adds what has to happen once no new calls come: running jobs save their state and pause. */
    @CanIgnoreReturnValue
    public Builder onDrain(String name, ShutdownStep step) {
      drainSteps.add(new NamedStep(name, step));
      return this;
    }

    /** Adds what has to happen after the last call: closing a database. The last added is first. */
    @CanIgnoreReturnValue
    public Builder onStop(String name, ShutdownStep step) {
      stopSteps.add(new NamedStep(name, step));
      return this;
    }

    /**
     * Listens and serves.
     *
     * @throws ConfigurationException where the address can't be had or may not be used
     */
    public PlateauServer start() {
      requireSecurity();
      List<ServerServiceDefinition> product =
          services.stream().map(BindableService::bindService).toList();
      validator.warmUp(product);
      Parts parts = assemble(product);
      try {
        parts.server().start();
      } catch (IOException unavailable) {
        parts.callExecutor().shutdownNow();
        throw cannotListen("port", settings.address() + ":" + settings.port(), unavailable);
      }
      MetricsEndpoint endpoint;
      try {
        endpoint =
            MetricsEndpoint.open(
                settings.metricsAddress(),
                settings.metricsPort(),
                metrics.registry(),
                parts.health()::serves);
      } catch (IOException unavailable) {
        parts.server().shutdownNow();
        parts.callExecutor().shutdownNow();
        throw cannotListen(
            "metrics-port", settings.metricsAddress() + ":" + settings.metricsPort(), unavailable);
      }
      parts.health().start();
      PlateauServer started = new PlateauServer(this, parts, endpoint);
      LOG.atInfo()
          .addKeyValue("server", settings.name())
          .addKeyValue("address", new InetSocketAddress(settings.address(), started.port()))
          .addKeyValue("metrics_port", started.metricsPort())
          .log("Serving");
      return started;
    }

    private Parts assemble(List<ServerServiceDefinition> product) {
      ServerHealth health =
          new ServerHealth(
              product.stream()
                  .map(service -> service.getServiceDescriptor().getName())
                  .collect(Collectors.toSet()));
      AdmissionControl calls = new AdmissionControl("calls", settings.maxCalls());
      ThreadPoolExecutor callExecutor =
          CallExecutor.create(settings.name(), settings.callThreads());
      new ExecutorServiceMetrics(callExecutor, settings.name() + "-calls", List.of())
          .bindTo(metrics.meters());

      List<ServerInterceptor> outer = new ArrayList<>();
      outer.add(new RequestInterceptor());
      outer.add(new ErrorInterceptor(translators));
      outer.addAll(interceptors);
      List<ServerInterceptor> all = new ArrayList<>(outer);
      all.add(new CallLimit(calls));

      List<ServerServiceDefinition> intercepted = new ArrayList<>();
      for (ServerServiceDefinition service : product) {
        // Read within the interceptors, not below them: bytes that are no request get an answer.
        ServerServiceDefinition read =
            ServerInterceptors.useInputStreamMessages(
                ServerInterceptors.interceptForward(service, new ValidationInterceptor(validator)));
        intercepted.add(ServerInterceptors.interceptForward(read, all));
      }
      for (BindableService service : infrastructure(health)) {
        intercepted.add(ServerInterceptors.interceptForward(service, outer));
      }

      NettyServerBuilder server =
          NettyServerBuilder.forAddress(
                  new InetSocketAddress(settings.address(), settings.port()), credentials)
              .executor(callExecutor)
              .addStreamTracerFactory(new CallMetrics(metrics.instruments(), intercepted));
      settings.transport().applyTo(server);
      tracers.forEach(server::addStreamTracerFactory);
      intercepted.forEach(server::addService);
      return new Parts(server.build(), health, calls, callExecutor);
    }

    @SuppressWarnings("deprecation") // Older clients, grpcurl among them, ask by v1alpha.
    private static List<BindableService> infrastructure(ServerHealth health) {
      return List.of(
          health.healthService(),
          ProtoReflectionServiceV1.newInstance(),
          ProtoReflectionService.newInstance());
    }

    private void requireSecurity() {
      boolean reachable = !settings.address().isLoopbackAddress();
      if (reachable && credentials instanceof InsecureServerCredentials) {
        if (!settings.allowInsecure()) {
          throw new ConfigurationException(
              settings.name()
                  + ".host = "
                  + settings.address().getHostAddress()
                  + " can be reached by other machines, and the server has no transport security."
                  + " Listen on 127.0.0.1, or set server.allow-insecure=true where everybody on the"
                  + " network may train, read and delete.");
        }
        LOG.atWarn()
            .addKeyValue("server", settings.name())
            .addKeyValue("address", settings.address().getHostAddress())
            .log("Other machines can reach this server, which has no transport security");
      }
    }

    private ConfigurationException cannotListen(String key, String address, IOException cause) {
      return new ConfigurationException(
          "Can't listen on "
              + address
              + ": "
              + reason(cause)
              + ". Stop what uses it, or set "
              + settings.name()
              + "."
              + key
              + " to another port (0 for any free one).",
          cause);
    }

    private static String reason(IOException cause) {
      Throwable root = cause;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      return String.valueOf(root.getMessage());
    }
  }
}
