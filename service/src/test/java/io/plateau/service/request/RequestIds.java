package io.plateau.service.request;

import io.grpc.Context;

/** Call contexts for tests of other packages. */
public final class RequestIds {
  private RequestIds() {}

  public static Context context(String id) {
    return Context.current().withValue(RequestId.CONTEXT_KEY, new RequestId(id));
  }
}
