package io.plateau.trainer.training;

import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.Progress;
import io.plateau.proto.trainer.v1.WatchTrainingResponse;
import io.plateau.service.jobs.JobEvent;
import io.plateau.service.streaming.FlowControlledStream;
import io.plateau.service.streaming.StreamClosedException;
import java.util.concurrent.Flow;

/**
 * Hands a job's events to a client's stream. It never has more events asked for than the stream has
 * room for, so the thread that all watches share never waits for a client.
 */
final class TrainingEventStream implements Flow.Subscriber<JobEvent> {
  /** Events under way to one client. */
  static final int CREDIT = 128;

  /** Messages that may wait for one client: the events and a sign of progress. */
  static final int CAPACITY = CREDIT + 2;

  private final String id;
  private final FlowControlledStream<WatchTrainingResponse> stream;
  private final Runnable onEnd;

  // Guarded by this.
  private Flow.Subscription subscription;
  private int asked;
  private JobState state;
  private Progress lastProgress = Progress.getDefaultInstance();
  private boolean ended;

  /**
   * @param id of the training
   * @param state that it was in after the last event that the client knows
   * @param onEnd called once, when nothing more comes
   */
  TrainingEventStream(
      String id,
      JobState state,
      FlowControlledStream<WatchTrainingResponse> stream,
      Runnable onEnd) {
    this.id = id;
    this.state = state;
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
      asked = CREDIT;
    }
    newSubscription.request(CREDIT);
    stream.onStop(this::stop);
  }

  @Override
  public void onNext(JobEvent event) {
    WatchTrainingResponse message;
    synchronized (this) {
      asked--;
      message =
          WatchTrainingResponse.newBuilder()
              .setEvent(TrainingMessages.event(id, event, state))
              .build();
      event.state().ifPresent(next -> state = TrainingMessages.state(next));
    }
    send(message);
    if (stream.waiting() == 0) {
      askForMore();
    }
  }

  @Override
  public void onError(Throwable failure) {
    stream.fail(failure);
    end();
  }

  @Override
  public void onComplete() {
    stream.complete();
    end();
  }

  /** Asks for as many events as the client has made room for. */
  void askForMore() {
    Flow.Subscription from;
    int more;
    synchronized (this) {
      more = CREDIT - asked - stream.waiting();
      // Not for every single one: each request wakes the thread that all watches share.
      if (ended || subscription == null || more < CREDIT / 2) {
        return;
      }
      asked += more;
      from = subscription;
    }
    from.request(more);
  }

  /** Whether a sign of progress is of use: the training runs and the client keeps up. */
  synchronized boolean wantsProgress() {
    return !ended && state == JobState.JOB_STATE_RUNNING && stream.waiting() == 0;
  }

  /** Sends a sign of progress, unless the client has it. */
  void progress(Progress progress) {
    synchronized (this) {
      if (!wantsProgress() || progress.equals(lastProgress)) {
        return;
      }
      lastProgress = progress;
    }
    send(WatchTrainingResponse.newBuilder().setProgress(progress).build());
  }

  private void send(WatchTrainingResponse message) {
    try {
      stream.send(message);
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
