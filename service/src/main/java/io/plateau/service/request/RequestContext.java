package io.plateau.service.request;

import io.grpc.Context;
import java.util.concurrent.Executor;
import org.slf4j.MDC;

/**
 * Carries a call's context (id, deadline, cancellation) to another thread and shows its id in that
 * thread's log lines.
 */
public final class RequestContext {
  private RequestContext() {}

  /** {@code task} with the context of the thread that calls this method. */
  public static Runnable propagate(Runnable task) {
    Context context = Context.current();
    return () -> run(context, task);
  }

  /** An executor whose tasks run in the context of the thread that hands them over. */
  public static Executor propagating(Executor executor) {
    return task -> executor.execute(propagate(task));
  }

  /** Runs {@code task} in {@code context}, with the id of its call in the logging context. */
  public static void run(Context context, Runnable task) {
    Context previous = context.attach();
    String id = RequestId.from(context).map(RequestId::value).orElse(null);
    String previousId = MDC.get(RequestId.LOG_FIELD);
    show(id);
    try {
      task.run();
    } finally {
      show(previousId);
      context.detach(previous);
    }
  }

  private static void show(String id) {
    if (id == null) {
      MDC.remove(RequestId.LOG_FIELD);
    } else {
      MDC.put(RequestId.LOG_FIELD, id);
    }
  }
}
