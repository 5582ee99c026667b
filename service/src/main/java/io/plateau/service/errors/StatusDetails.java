package io.plateau.service.errors;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a failed call told its caller: the reading side of {@link ErrorStatus}.
 *
 * @param code gRPC status code
 * @param message what the server says to do; empty where it said nothing
 * @param domain domain of the reason; {@value Reason#DOMAIN} for ours, empty where there is no
 *     reason
 * @param reason the reason's name; empty where the failure was made by the transport
 * @param metadata dynamic parts of the message
 * @param fieldViolations the wrong fields
 * @param retryDelay how long to wait before the same request may succeed
 * @param requestId the id under which the server's log has the call
 */
public record StatusDetails(
    Status.Code code,
    String message,
    String domain,
    String reason,
    Map<String, String> metadata,
    List<FieldViolation> fieldViolations,
    Optional<Duration> retryDelay,
    Optional<String> requestId) {

  public StatusDetails {
    metadata = Map.copyOf(metadata);
    fieldViolations = List.copyOf(fieldViolations);
  }

  /** Reads the failure of a call; anything but a gRPC failure reads as {@code UNKNOWN}. */
  public static StatusDetails of(Throwable failure) {
    com.google.rpc.Status status = StatusProto.fromThrowable(failure);
    if (status == null) {
      Status bare = Status.fromThrowable(failure);
      return new StatusDetails(
          bare.getCode(),
          bare.getDescription() == null
              ? String.valueOf(failure.getMessage())
              : bare.getDescription(),
          "",
          "",
          Map.of(),
          List.of(),
          Optional.empty(),
          Optional.empty());
    }
    return of(status);
  }

  /** Reads a status that was stored or sent as a message, such as that of a failed job. */
  public static StatusDetails of(com.google.rpc.Status status) {
    ErrorInfo info = detail(status, ErrorInfo.class).orElse(ErrorInfo.getDefaultInstance());
    BadRequest fields = detail(status, BadRequest.class).orElse(BadRequest.getDefaultInstance());
    return new StatusDetails(
        Status.fromCodeValue(status.getCode()).getCode(),
        status.getMessage(),
        info.getDomain(),
        info.getReason(),
        info.getMetadataMap(),
        fields.getFieldViolationsList().stream()
            .map(wrong -> new FieldViolation(wrong.getField(), wrong.getDescription()))
            .toList(),
        detail(status, RetryInfo.class).map(retry -> seconds(retry.getRetryDelay())),
        detail(status, RequestInfo.class).map(RequestInfo::getRequestId));
  }

  private static Duration seconds(com.google.protobuf.Duration delay) {
    return Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
  }

  /** A detail that can't be read must not hide the code and the message: it counts as absent. */
  private static <M extends Message> Optional<M> detail(
      com.google.rpc.Status status, Class<M> type) {
    for (Any detail : status.getDetailsList()) {
      if (detail.is(type)) {
        try {
          return Optional.of(detail.unpack(type));
        } catch (InvalidProtocolBufferException unreadable) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /** The reason as this build knows it; empty for another domain or for a newer reason. */
  public Optional<Reason> knownReason() {
    return domain.equals(Reason.DOMAIN) ? Reason.find(reason) : Optional.empty();
  }
}
