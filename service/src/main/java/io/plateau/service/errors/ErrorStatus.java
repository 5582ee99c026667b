package io.plateau.service.errors;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.plateau.service.request.RequestId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes a {@link PlateauException} as {@code google.rpc.Status}: exactly one {@code ErrorInfo}, a
 * {@code BadRequest} where fields are to blame, a {@code RetryInfo} where a retry helps and a
 * {@code RequestInfo} where the request has an id.
 *
 * <p>Everything is cut to fit into the trailers: most clients refuse more than 8 KiB of them and
 * would show their own error in the place of ours.
 */
public final class ErrorStatus {
  static final int MAX_MESSAGE_CHARACTERS = 600;
  static final int MAX_VALUE_CHARACTERS = 200;
  static final int MAX_METADATA_ENTRIES = 12;
  static final int MAX_VIOLATIONS = 20;
  static final int MAX_DETAIL_BYTES = 3072;

  private ErrorStatus() {}

  /** The status of {@code failure}, with the id of the request that failed where it has one. */
  public static Status of(PlateauException failure, Optional<RequestId> requestId) {
    Status.Builder status =
        Status.newBuilder()
            .setCode(failure.reason().code().value())
            .setMessage(cut(failure.getMessage(), MAX_MESSAGE_CHARACTERS))
            .addDetails(Any.pack(errorInfo(failure)));
    requestId.ifPresent(
        id ->
            status.addDetails(Any.pack(RequestInfo.newBuilder().setRequestId(id.value()).build())));
    failure
        .retryDelay()
        .ifPresent(
            delay ->
                status.addDetails(
                    Any.pack(
                        RetryInfo.newBuilder()
                            .setRetryDelay(Durations.fromNanos(delay.toNanos()))
                            .build())));
    if (!failure.fieldViolations().isEmpty()) {
      status.addDetails(Any.pack(badRequest(failure.fieldViolations())));
    }
    return status.build();
  }

  private static ErrorInfo errorInfo(PlateauException failure) {
    ErrorInfo.Builder info =
        ErrorInfo.newBuilder().setDomain(Reason.DOMAIN).setReason(failure.reason().name());
    new TreeMap<>(failure.metadata())
        .entrySet().stream()
            .limit(MAX_METADATA_ENTRIES)
            .forEach(
                (Map.Entry<String, String> entry) ->
                    info.putMetadata(entry.getKey(), cut(entry.getValue(), MAX_VALUE_CHARACTERS)));
    return info.build();
  }

  private static BadRequest badRequest(List<FieldViolation> violations) {
    BadRequest.Builder request = BadRequest.newBuilder();
    int bytes = 0;
    for (FieldViolation violation : violations) {
      BadRequest.FieldViolation written =
          BadRequest.FieldViolation.newBuilder()
              .setField(cut(violation.field(), MAX_VALUE_CHARACTERS))
              .setDescription(cut(violation.description(), MAX_VALUE_CHARACTERS))
              .build();
      bytes += written.getSerializedSize();
      if (request.getFieldViolationsCount() == MAX_VIOLATIONS || bytes > MAX_DETAIL_BYTES) {
        break;
      }
      request.addFieldViolations(written);
    }
    return request.build();
  }

  private static String cut(String text, int limit) {
    if (text.length() <= limit) {
      return text;
    }
    int end = limit - 1;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end) + "…";
  }
}
