package io.plateau.service.request;

import io.grpc.Context;
import io.grpc.Deadline;

/**
 * What whoever measures a call from below (a stream tracer, which sees neither the call's id nor
 * its deadline) is told by {@link RequestInterceptor}. A measurer puts itself into the call's
 * context under {@link #CONTEXT_KEY}.
 */
public interface CallObservation {
  Context.Key<CallObservation> CONTEXT_KEY = Context.key("plateau-call-observation");

  /**
   * The call is known.
   *
   * @param deadline null where the caller set none
   */
  void identified(RequestId requestId, Deadline deadline);
}
