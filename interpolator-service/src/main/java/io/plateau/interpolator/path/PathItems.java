package io.plateau.interpolator.path;

import com.google.protobuf.Timestamp;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.common.v1.Progress;
import io.plateau.proto.common.v1.Warning;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.PathSummary;
import io.plateau.proto.interpolator.v1.Plan;
import io.plateau.service.translation.TimeTranslation;
import java.time.Clock;

/** Numbers items and hands them to a sink. Progress has no number. */
final class PathItems {
  private final PathSink sink;
  private final Clock clock;
  private long sequence;

  PathItems(PathSink sink, Clock clock, long lastSequence) {
    this.sink = sink;
    this.clock = clock;
    this.sequence = lastSequence;
  }

  void send(Plan plan) {
    sink.send(numbered().setPlan(plan).build());
  }

  void send(Point point) {
    sink.send(numbered().setPoint(point).build());
  }

  void send(Warning warning) {
    sink.send(numbered().setWarning(warning).build());
  }

  void send(PathSummary summary) {
    sink.send(numbered().setSummary(summary).build());
  }

  void send(Progress progress) {
    sink.send(PathItem.newBuilder().setTime(now()).setProgress(progress).build());
  }

  private PathItem.Builder numbered() {
    sequence++;
    return PathItem.newBuilder().setSequence(sequence).setTime(now());
  }

  private Timestamp now() {
    return TimeTranslation.toProto(clock.instant());
  }
}
