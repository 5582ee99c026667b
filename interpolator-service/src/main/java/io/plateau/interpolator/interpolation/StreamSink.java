package io.plateau.interpolator.interpolation;

import io.plateau.interpolator.metrics.InterpolatorMetrics;
import io.plateau.interpolator.path.PathSink;
import io.plateau.proto.interpolator.v1.InterpolateResponse;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.service.streaming.FlowControlledStream;
import io.plateau.service.streaming.StreamClosedException;

/** Sends items to a caller that waits. */
final class StreamSink implements PathSink {
  private final FlowControlledStream<InterpolateResponse> stream;
  private final InterpolatorMetrics metrics;
  private final long startNanos = System.nanoTime();
  private boolean pointSent;

  StreamSink(FlowControlledStream<InterpolateResponse> stream, InterpolatorMetrics metrics) {
    this.stream = stream;
    this.metrics = metrics;
  }

  @Override
  public boolean hasRoom(int items) {
    return stream.hasRoom(items);
  }

  @Override
  public void onRoom(int items, Runnable wake) {
    stream.onRoom(items, wake);
  }

  @Override
  public boolean isStopped() {
    return stream.isStopped();
  }

  @Override
  public void send(PathItem item) {
    try {
      stream.send(InterpolateResponse.newBuilder().setItem(item).build());
    } catch (StreamClosedException gone) {
      // The evaluation asks isStopped before its next batch.
      return;
    }
    if (item.hasPoint() && !pointSent) {
      pointSent = true;
      metrics.firstPoint((System.nanoTime() - startNanos) / 1e9);
    }
  }

  @Override
  public void complete() {
    stream.complete();
  }

  @Override
  public void fail(Throwable failure) {
    stream.fail(failure);
  }
}
