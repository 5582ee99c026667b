package io.plateau.service.jobs;

import com.google.protobuf.ByteString;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a caller asks for. The same request id with the same content gives the same job again;
 * content is every other field here, so a specification that comes from a message must be
 * serialized deterministically.
 *
 * @param requestId empty: each request makes a new job
 * @param spec what to do, for the handler
 * @param priority -100 to 100, larger runs first; 0 is normal
 * @param parent id of the job that this one belongs to
 * @param labels names and values to list by
 */
public record JobRequest(
    String requestId,
    ByteString spec,
    int priority,
    Optional<String> parent,
    Map<String, String> labels) {

  public JobRequest {
    Objects.requireNonNull(requestId, "requestId");
    Objects.requireNonNull(spec, "spec");
    Objects.requireNonNull(parent, "parent");
    labels = Map.copyOf(labels);
  }

  /** A request of normal priority without request id, parent and labels. */
  public static JobRequest of(ByteString spec) {
    return new JobRequest("", spec, 0, Optional.empty(), Map.of());
  }

  /** The same request with a request id. */
  public JobRequest withRequestId(String newRequestId) {
    return new JobRequest(newRequestId, spec, priority, parent, labels);
  }

  /** The same request with another priority. */
  public JobRequest withPriority(int newPriority) {
    return new JobRequest(requestId, spec, newPriority, parent, labels);
  }

  /** The same request as part of another job. */
  public JobRequest withParent(String newParent) {
    return new JobRequest(requestId, spec, priority, Optional.of(newParent), labels);
  }

  /** The same request with other labels. */
  public JobRequest withLabels(Map<String, String> newLabels) {
    return new JobRequest(requestId, spec, priority, parent, newLabels);
  }
}
