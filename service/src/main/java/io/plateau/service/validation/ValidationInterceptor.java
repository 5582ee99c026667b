package io.plateau.service.validation;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.Message;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Checks every message that a caller sends, each one of a stream too, before the service sees it. A
 * violation is thrown, and told to the caller by the error interceptor outside of this one.
 */
public final class ValidationInterceptor implements ServerInterceptor {
  private final RequestValidator validator;

  public ValidationInterceptor(RequestValidator validator) {
    this.validator = requireNonNull(validator, "validator");
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      @Override
      public void onMessage(Q message) {
        if (message instanceof Message proto) {
          validator.check(proto);
        }
        super.onMessage(message);
      }
    };
  }
}
