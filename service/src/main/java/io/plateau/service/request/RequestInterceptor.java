package io.plateau.service.request;

import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The outermost interceptor: gives each call its id, returns the id in headers and trailers, keeps
 * it in the context and in the log lines of every callback, and logs one line when the call ends.
 */
public final class RequestInterceptor implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(RequestInterceptor.class);
  private static final String INFRASTRUCTURE_PREFIX = "grpc.";

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    RequestId id = RequestId.from(headers).orElseGet(RequestId::generate);
    Context context = Context.current().withValue(RequestId.CONTEXT_KEY, id);
    CallObservation observation = CallObservation.CONTEXT_KEY.get(context);
    if (observation != null) {
      observation.identified(id, context.getDeadline());
    }
    CallLog log = new CallLog(call);
    ServerCall<Q, R> named =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void sendHeaders(Metadata responseHeaders) {
            name(responseHeaders, id);
            super.sendHeaders(responseHeaders);
          }

          @Override
          public void close(Status status, Metadata trailers) {
            name(trailers, id);
            super.close(status, trailers);
            RequestContext.run(context, () -> log.ended(status));
          }
        };
    Started<Q> started = new Started<>();
    RequestContext.run(context, () -> started.listener = next.startCall(named, headers));
    return new ContextListener<>(started.listener, context, log);
  }

  private static void name(Metadata metadata, RequestId id) {
    metadata.discardAll(RequestId.HEADER);
    metadata.put(RequestId.HEADER, id.value());
  }

  private static final class Started<Q> {
    private ServerCall.Listener<Q> listener;
  }

  private static final class CallLog {
    private final ServerCall<?, ?> call;
    private final long startNanos = System.nanoTime();
    private final AtomicBoolean ended = new AtomicBoolean();

    CallLog(ServerCall<?, ?> call) {
      this.call = call;
    }

    void ended(Status status) {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      String method = call.getMethodDescriptor().getFullMethodName();
      LOG.atLevel(method.startsWith(INFRASTRUCTURE_PREFIX) ? Level.DEBUG : Level.INFO)
          .addKeyValue("method", method)
          .addKeyValue("code", status.getCode())
          .addKeyValue("seconds", (System.nanoTime() - startNanos) / 1e9)
          .addKeyValue("peer", call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR))
          .log("Call ended");
    }
  }

  private static final class ContextListener<Q> extends ServerCall.Listener<Q> {
    private final ServerCall.Listener<Q> delegate;
    private final Context context;
    private final CallLog log;

    ContextListener(ServerCall.Listener<Q> delegate, Context context, CallLog log) {
      this.delegate = delegate;
      this.context = context;
      this.log = log;
    }

    @Override
    public void onMessage(Q message) {
      RequestContext.run(context, () -> delegate.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      RequestContext.run(context, delegate::onHalfClose);
    }

    @Override
    public void onReady() {
      RequestContext.run(context, delegate::onReady);
    }

    @Override
    public void onComplete() {
      RequestContext.run(context, delegate::onComplete);
    }

    @Override
    public void onCancel() {
      RequestContext.run(
          context,
          () -> {
            log.ended(
                RequestDeadline.explainsCancellation(context.getDeadline())
                    ? Status.DEADLINE_EXCEEDED
                    : Status.CANCELLED);
            delegate.onCancel();
          });
    }
  }
}
