package io.plateau.service.metrics;

import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.plateau.service.request.CallObservation;
import io.plateau.service.request.RequestDeadline;
import io.plateau.service.request.RequestId;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Counts gRPC calls below all interceptors, by a stream tracer: the transport tells it the end of
 * every stream exactly once, however the call ends, so that the gauge of calls in flight returns to
 * zero. Names are those of the widespread gRPC dashboards.
 */
public final class CallMetrics extends ServerStreamTracer.Factory {
  private static final MetricLabel SERVICE =
      new MetricLabel("grpc_service", "full name of the service, or `unknown`");
  private static final MetricLabel METHOD =
      new MetricLabel("grpc_method", "name of the method, or `unknown`");
  private static final MetricLabel TYPE =
      new MetricLabel(
          "grpc_type", "`unary`, `client_streaming`, `server_streaming`, `bidi_streaming`");
  private static final MetricLabel CODE = new MetricLabel("grpc_code", "gRPC status code");

  public static final MetricDefinition STARTED =
      MetricDefinition.counter(
          "grpc_server_started_total", MetricUnit.NONE, "Calls begun.", TYPE, SERVICE, METHOD);
  public static final MetricDefinition HANDLED =
      MetricDefinition.counter(
          "grpc_server_handled_total",
          MetricUnit.NONE,
          "Calls ended, by status.",
          TYPE,
          SERVICE,
          METHOD,
          CODE);
  public static final MetricDefinition IN_FLIGHT =
      MetricDefinition.gauge(
          "grpc_server_in_flight",
          MetricUnit.NONE,
          "Calls begun and not ended.",
          TYPE,
          SERVICE,
          METHOD);
  public static final MetricDefinition HANDLING =
      MetricDefinition.histogram(
          "grpc_server_handling_seconds",
          MetricUnit.SECONDS,
          "Time from a call's beginning to its end.",
          List.of(
              0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
              60.0, 300.0, 1800.0),
          TYPE,
          SERVICE,
          METHOD);
  public static final MetricDefinition RECEIVED =
      MetricDefinition.counter(
          "grpc_server_msg_received_total",
          MetricUnit.NONE,
          "Messages received from clients.",
          TYPE,
          SERVICE,
          METHOD);
  public static final MetricDefinition SENT =
      MetricDefinition.counter(
          "grpc_server_msg_sent_total",
          MetricUnit.NONE,
          "Messages sent to clients.",
          TYPE,
          SERVICE,
          METHOD);

  /** The metrics of this class. */
  public static final MetricCatalogue CATALOGUE =
      MetricCatalogue.of(STARTED, HANDLED, IN_FLIGHT, HANDLING, RECEIVED, SENT);

  // What a client calls is its choice: only methods that exist may become label values.
  private static final String[] UNKNOWN_METHOD = {"unary", "unknown", "unknown"};

  private final Map<String, String[]> labelsByMethod = new HashMap<>();
  private final Counter started;
  private final Counter handled;
  private final Gauge inFlight;
  private final Distribution handling;
  private final Counter received;
  private final Counter sent;

  /**
   * @param instruments of a catalogue that includes {@link #CATALOGUE}
   * @param services the server's services; their methods show from the start, with zero calls
   */
  public CallMetrics(Instruments instruments, Iterable<ServerServiceDefinition> services) {
    started = instruments.counter(STARTED);
    handled = instruments.counter(HANDLED);
    inFlight = instruments.gauge(IN_FLIGHT);
    handling = instruments.distribution(HANDLING);
    received = instruments.counter(RECEIVED);
    sent = instruments.counter(SENT);
    for (ServerServiceDefinition service : services) {
      service
          .getMethods()
          .forEach(
              method -> {
                MethodDescriptor<?, ?> descriptor = method.getMethodDescriptor();
                String[] labels = labels(descriptor);
                labelsByMethod.put(descriptor.getFullMethodName(), labels);
                started.initLabelValues(labels);
                inFlight.initLabelValues(labels);
                handling.begin(labels);
                received.initLabelValues(labels);
                sent.initLabelValues(labels);
                handled.initLabelValues(with(labels, Status.Code.OK));
              });
    }
  }

  @Override
  public ServerStreamTracer newServerStreamTracer(String fullMethodName, Metadata headers) {
    return new Tracer(labelsByMethod.getOrDefault(fullMethodName, UNKNOWN_METHOD));
  }

  private static String[] labels(MethodDescriptor<?, ?> method) {
    return new String[] {
      method.getType().name().toLowerCase(Locale.ROOT),
      method.getServiceName(),
      method.getBareMethodName()
    };
  }

  private static String[] with(String[] labels, Status.Code code) {
    return new String[] {labels[0], labels[1], labels[2], code.name()};
  }

  private final class Tracer extends ServerStreamTracer implements CallObservation {
    private final String[] labels;
    private final long startNanos = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile RequestId requestId;
    private volatile Deadline deadline;

    Tracer(String[] labels) {
      this.labels = labels;
      started.labelValues(labels).inc();
      inFlight.labelValues(labels).inc();
    }

    @Override
    public Context filterContext(Context context) {
      return context.withValue(CallObservation.CONTEXT_KEY, this);
    }

    @Override
    public void identified(RequestId callId, Deadline callDeadline) {
      requestId = callId;
      deadline = callDeadline;
    }

    @Override
    public void inboundMessage(int number) {
      received.labelValues(labels).inc();
    }

    @Override
    public void outboundMessage(int number) {
      sent.labelValues(labels).inc();
    }

    @Override
    public void streamClosed(Status status) {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      inFlight.labelValues(labels).dec();
      handled.labelValues(with(labels, code(status))).inc();
      double seconds = (System.nanoTime() - startNanos) / 1e9;
      handling.observe(seconds, Optional.ofNullable(requestId), labels);
    }

    /** A client whose deadline passes resets the stream: it shows as a cancellation. */
    private Status.Code code(Status status) {
      return status.getCode() == Status.Code.CANCELLED
              && RequestDeadline.explainsCancellation(deadline)
          ? Status.Code.DEADLINE_EXCEEDED
          : status.getCode();
    }
  }
}
