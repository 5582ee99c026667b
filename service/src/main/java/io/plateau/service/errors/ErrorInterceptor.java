package io.plateau.service.errors;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Context;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.plateau.service.request.RequestId;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where a failure becomes a gRPC status, whether it was thrown by a callback or given
 * to {@code StreamObserver.onError}. The unexpected becomes {@link Reason#INTERNAL}: the caller
 * gets the request id, the log gets the stack trace.
 */
public final class ErrorInterceptor implements ServerInterceptor {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorInterceptor.class);
  private static final Set<String> NO_REQUEST =
      Set.of("Half-closed without a request", "Too many requests");
  private static final Metadata.Key<byte[]> DETAILS =
      Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private final ErrorTranslators translators;

  public ErrorInterceptor(ErrorTranslators translators) {
    this.translators = requireNonNull(translators, "translators");
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    MappingCall<Q, R> mapped = new MappingCall<>(call, Context.current());
    try {
      return new MappingListener<>(next.startCall(mapped, headers), mapped);
    } catch (RuntimeException | Error failure) {
      mapped.fail(failure);
      return new ServerCall.Listener<>() {};
    }
  }

  /** The status that {@code failure} is told as, for those who answer outside of a call. */
  public com.google.rpc.Status describe(Throwable failure) {
    return describe(failure, RequestId.current());
  }

  private com.google.rpc.Status describe(Throwable failure, Optional<RequestId> requestId) {
    Optional<PlateauException> known = translators.translate(failure);
    if (known.isPresent()) {
      if (known.get().reason() == Reason.INTERNAL) {
        LOG.error("Call failed by a defect", failure);
      }
      return ErrorStatus.of(known.get(), requestId);
    }
    if (failure instanceof StatusRuntimeException || failure instanceof StatusException) {
      StatusDetails told = StatusDetails.of(failure);
      if (told.domain().equals(Reason.DOMAIN)) {
        return StatusProto.fromThrowable(failure);
      }
      if (isNoRequest(failure, told)) {
        return ErrorStatus.of(
            PlateauException.of(
                Reason.REQUEST_INVALID,
                "What was sent is not one request of this method: "
                    + told.message()
                    + ". Use a client that is made from the contract."),
            requestId);
      }
      if (told.code() != Status.Code.UNKNOWN && told.code() != Status.Code.INTERNAL) {
        return withReason(told, requestId);
      }
    }
    return unexpected(failure, requestId);
  }

  /** gRPC calls it internal where a client sends bytes that are no message, none, or too many. */
  private static boolean isNoRequest(Throwable failure, StatusDetails told) {
    return told.code() == Status.Code.INTERNAL
        && (failure.getCause() instanceof InvalidProtocolBufferException
            || NO_REQUEST.contains(told.message()));
  }

  private static com.google.rpc.Status withReason(
      StatusDetails told, Optional<RequestId> requestId) {
    Reason reason = Reason.forCode(told.code());
    PlateauException named = PlateauException.of(reason, told.message());
    return ErrorStatus.of(named, requestId).toBuilder().setCode(told.code().value()).build();
  }

  private static com.google.rpc.Status unexpected(
      Throwable failure, Optional<RequestId> requestId) {
    LOG.error("Call failed by a defect", failure);
    String where =
        requestId.map(id -> " Its log has the cause under request id " + id + ".").orElse("");
    return ErrorStatus.of(
        PlateauException.of(
            Reason.INTERNAL, "The server met a defect of its own; please report it." + where),
        requestId);
  }

  private final class MappingCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final Context context;
    private final AtomicBoolean closed = new AtomicBoolean();

    MappingCall(ServerCall<Q, R> delegate, Context context) {
      super(delegate);
      this.context = context;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (!closed.compareAndSet(false, true)) {
        return;
      }
      if (status.isOk()) {
        super.close(status, trailers);
        return;
      }
      Throwable failure =
          status.getCode() == Status.Code.UNKNOWN && status.getCause() != null
              ? status.getCause()
              : status.asRuntimeException(trailers);
      send(failure, trailers);
    }

    void fail(Throwable failure) {
      if (closed.compareAndSet(false, true)) {
        send(failure, new Metadata());
      } else {
        LOG.error("A call failed after it had been answered", failure);
      }
    }

    private void send(Throwable failure, Metadata trailers) {
      if (isCancelled()) {
        LOG.debug("Call failed after its caller had gone", failure);
        super.close(Status.CANCELLED, trailers);
        return;
      }
      StatusRuntimeException mapped =
          StatusProto.toStatusRuntimeException(describe(failure, RequestId.from(context)));
      trailers.discardAll(DETAILS);
      Metadata details = mapped.getTrailers();
      if (details != null) {
        trailers.merge(details);
      }
      super.close(mapped.getStatus(), trailers);
    }
  }

  private static final class MappingListener<Q> extends ServerCall.Listener<Q> {
    private final ServerCall.Listener<Q> delegate;
    private final MappingCall<Q, ?> call;
    // Callbacks of one call never overlap.
    private boolean failed;

    MappingListener(ServerCall.Listener<Q> delegate, MappingCall<Q, ?> call) {
      this.delegate = delegate;
      this.call = call;
    }

    @Override
    public void onMessage(Q message) {
      guarded(() -> delegate.onMessage(message));
    }

    @Override
    public void onHalfClose() {
      guarded(delegate::onHalfClose);
    }

    @Override
    public void onReady() {
      guarded(delegate::onReady);
    }

    @Override
    public void onCancel() {
      ending(delegate::onCancel);
    }

    @Override
    public void onComplete() {
      ending(delegate::onComplete);
    }

    private void guarded(Runnable callback) {
      if (failed) {
        return;
      }
      try {
        callback.run();
      } catch (RuntimeException | Error failure) {
        failed = true;
        call.fail(failure);
      }
    }

    private static void ending(Runnable callback) {
      try {
        callback.run();
      } catch (RuntimeException failure) {
        LOG.error("Cleaning up after a call failed", failure);
      }
    }
  }
}
