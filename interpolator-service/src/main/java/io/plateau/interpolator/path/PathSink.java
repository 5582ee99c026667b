package io.plateau.interpolator.path;

import io.plateau.proto.interpolator.v1.PathItem;

/** Takes the items of an evaluation. */
public interface PathSink {
  /** Whether so many items can be sent without waiting, or none are wanted any more. */
  boolean hasRoom(int items);

  /** Runs {@code wake} once when that is so. */
  void onRoom(int items, Runnable wake);

  /** Whether no items are wanted any more. */
  boolean isStopped();

  /** Takes an item; there is room for it. */
  void send(PathItem item);

  /** The last item was sent. */
  void complete();

  /** There will be no more items. */
  void fail(Throwable failure);
}
