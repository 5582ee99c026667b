package io.plateau.interpolator.evaluation;

import io.grpc.protobuf.StatusProto;
import io.plateau.proto.common.v1.Progress;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.WatchEvaluationResponse;
import io.plateau.service.jobs.Job;
import io.plateau.service.jobs.JobEvent;
import io.plateau.service.jobs.JobState;
import io.plateau.service.streaming.FlowControlledStream;
import io.plateau.service.streaming.StreamClosedException;
import java.util.Optional;
import java.util.concurrent.Flow;

/**
 * Hands the items of a job to a client's stream. Events are asked for in lots, the next lot once
 * the stream has room for it, so the thread that all watches share never waits for a client.
 */
final class EvaluationStream implements Flow.Subscriber<JobEvent> {
  private static final int LOT = 64;

  /** Messages that may wait for one client: a lot of items and a sign of progress. */
  static final int CAPACITY = LOT + 1;

  private final String id;
  private final long afterSequence;
  private final FlowControlledStream<WatchEvaluationResponse> stream;
  private final Runnable onEnd;

  // Guarded by this.
  private Flow.Subscription subscription;
  private int outstanding;
  private JobState state = JobState.QUEUED;
  private Optional<com.google.rpc.Status> error = Optional.empty();
  private Progress lastProgress = Progress.getDefaultInstance();
  private boolean ended;

  /**
   * @param id of the evaluation
   * @param afterSequence the last item that the client has
   * @param onEnd called once, when nothing more comes
   */
  EvaluationStream(
      String id,
      long afterSequence,
      FlowControlledStream<WatchEvaluationResponse> stream,
      Runnable onEnd) {
    this.id = id;
    this.afterSequence = afterSequence;
    this.stream = stream;
    this.onEnd = onEnd;
  }

  String id() {
    return id;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    synchronized (this) {
      subscription = newSubscription;
    }
    stream.onStop(this::stop);
    askForMore();
  }

  @Override
  public void onNext(JobEvent event) {
    Optional<PathItem> item = StoredItems.item(event);
    boolean last;
    synchronized (this) {
      last = --outstanding == 0;
      event.state().ifPresent(next -> state = next);
      if (event.state().isPresent() && !event.payload().isEmpty()) {
        error = Optional.of(EvaluationMessages.status(event.payload()));
      }
    }
    if (item.isPresent() && item.get().getSequence() > afterSequence) {
      send(item.get());
    }
    if (last) {
      stream.onRoom(LOT, this::askForMore);
    }
  }

  @Override
  public void onError(Throwable failure) {
    stream.fail(failure);
    end();
  }

  /** Follows a final state: a failure is the stream's, too. */
  @Override
  public void onComplete() {
    Optional<com.google.rpc.Status> why;
    JobState reached;
    synchronized (this) {
      why = error;
      reached = state;
    }
    if (reached == JobState.FAILED && why.isPresent()) {
      stream.fail(StatusProto.toStatusRuntimeException(why.get()));
    } else {
      stream.complete();
    }
    end();
  }

  /** Sends how far a running evaluation is, unless the client has it or is slow. */
  void progress(Job job) {
    Progress progress = EvaluationMessages.progress(job);
    synchronized (this) {
      if (ended
          || job.state() != JobState.RUNNING
          || progress.equals(lastProgress)
          || !stream.hasRoom(CAPACITY)) {
        return;
      }
      lastProgress = progress;
    }
    send(PathItem.newBuilder().setProgress(progress).build());
  }

  private void askForMore() {
    Flow.Subscription from;
    synchronized (this) {
      if (ended) {
        return;
      }
      outstanding = LOT;
      from = subscription;
    }
    from.request(LOT);
  }

  private void send(PathItem item) {
    try {
      stream.send(WatchEvaluationResponse.newBuilder().setItem(item).build());
    } catch (StreamClosedException gone) {
      stop();
    }
  }

  private void stop() {
    Flow.Subscription from;
    synchronized (this) {
      from = subscription;
    }
    if (from != null) {
      from.cancel();
    }
    end();
  }

  private void end() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    onEnd.run();
  }
}
