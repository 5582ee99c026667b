package io.plateau.service.jobs;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A job as it stood when it was read.
 *
 * @param id unique, 1 to 63 lower-case letters, digits and inner hyphens
 * @param kind the store's kind
 * @param request what was asked for
 * @param state where it stands
 * @param cancelRequested a running job was asked to end and has not yet
 * @param progress share done, 0 to 1
 * @param progressDetail the handler's own words on its progress, empty at first
 * @param result set by the handler at the end
 * @param error why it failed or paused, as the server's error encoder wrote it
 * @param attempt how many times a worker has started it
 * @param lastEvent number of its newest event; events are numbered 1, 2, 3, ...
 * @param version changes with everything but events and progress: for optimistic concurrency
 * @param createTime when it was asked for
 * @param queueTime when it last entered the queue
 * @param startTime when its first attempt began
 * @param endTime when it reached a final state
 * @param updateTime when its version last changed
 */
public record Job(
    String id,
    String kind,
    JobRequest request,
    JobState state,
    boolean cancelRequested,
    double progress,
    ByteString progressDetail,
    Optional<ByteString> result,
    Optional<ByteString> error,
    int attempt,
    long lastEvent,
    long version,
    Instant createTime,
    Instant queueTime,
    Optional<Instant> startTime,
    Optional<Instant> endTime,
    Instant updateTime) {

  /** What to do, for the handler. */
  public ByteString spec() {
    return request.spec();
  }

  /** Names and values to list by. */
  public Map<String, String> labels() {
    return request.labels();
  }

  /** The job that this one belongs to. */
  public Optional<String> parent() {
    return request.parent();
  }

  /** The version as an opaque string. */
  public String etag() {
    return Long.toString(version);
  }
}
