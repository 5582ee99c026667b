package io.plateau.service.translation;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/** Moments and lengths of time. */
public final class TimeTranslation {
  private TimeTranslation() {}

  /** A moment. */
  public static Timestamp toProto(Instant moment) {
    return Timestamp.newBuilder()
        .setSeconds(moment.getEpochSecond())
        .setNanos(moment.getNano())
        .build();
  }

  /** A length of time, at least 0. */
  public static com.google.protobuf.Duration toProto(Duration time) {
    return com.google.protobuf.Duration.newBuilder()
        .setSeconds(time.getSeconds())
        .setNanos(time.getNano())
        .build();
  }

  /** A length of time in seconds, finite, at least 0; rounded to nanoseconds. */
  public static com.google.protobuf.Duration ofSeconds(double seconds) {
    long whole = (long) seconds;
    return toProto(Duration.ofSeconds(whole).plusNanos(Math.round((seconds - whole) * 1e9)));
  }
}
