package io.plateau.service.limits;

import static java.util.Objects.requireNonNull;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/**
 * Lets in as many calls at a time as there are places; a place is free again once its call ended.
 */
public final class CallLimit implements ServerInterceptor {
  private final AdmissionControl places;

  public CallLimit(AdmissionControl places) {
    this.places = requireNonNull(places, "places");
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    AdmissionControl.Permit permit = places.admit();
    ServerCall.Listener<Q> listener;
    try {
      listener = next.startCall(call, headers);
    } catch (RuntimeException | Error failure) {
      permit.close();
      throw failure;
    }
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onComplete() {
        permit.close();
        super.onComplete();
      }

      @Override
      public void onCancel() {
        permit.close();
        super.onCancel();
      }
    };
  }
}
