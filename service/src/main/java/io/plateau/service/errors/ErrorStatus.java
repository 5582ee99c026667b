package io.plateau.service.errors;

import com.google.protobuf.Any;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.plateau.service.request.RequestId;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Writes a {@link PlateauException} as {@code google.rpc.Status}: exactly one {@code ErrorInfo}, a
 * {@code BadRequest} where fields are to blame, a {@code RetryInfo} where a retry helps and a
 * {@code RequestInfo} where the request has an id.
 *
 * <p>Everything is cut to fit into the trailers: most clients refuse more than 8 KiB of them and
 * would show their own error in the place of ours.
 */
public final class ErrorStatus {
  // The message is sent twice: percent-encoded, and within the details, which are sent as base64.
  private static final int MESSAGE_BUDGET = 1024;
  private static final int METADATA_BUDGET = 1536;
  private static final int VIOLATIONS_BUDGET = 2048;
  private static final int VALUE_BUDGET = 240;
  private static final String ELLIPSIS = "…";

  private ErrorStatus() {}

  /** The status of {@code failure}, with the id of the request that failed where it has one. */
  public static Status of(PlateauException failure, Optional<RequestId> requestId) {
    Status.Builder status =
        Status.newBuilder()
            .setCode(failure.reason().code().value())
            .setMessage(cut(failure.getMessage(), MESSAGE_BUDGET, ErrorStatus::percentEncodedBytes))
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
    int bytes = 0;
    for (Map.Entry<String, String> entry : new TreeMap<>(failure.metadata()).entrySet()) {
      String key = cut(entry.getKey(), VALUE_BUDGET, ErrorStatus::utf8Bytes);
      String value = cut(entry.getValue(), VALUE_BUDGET, ErrorStatus::utf8Bytes);
      bytes += utf8Bytes(key) + utf8Bytes(value) + 8;
      if (bytes > METADATA_BUDGET) {
        break;
      }
      info.putMetadata(key, value);
    }
    return info.build();
  }

  private static BadRequest badRequest(List<FieldViolation> violations) {
    BadRequest.Builder request = BadRequest.newBuilder();
    int bytes = 0;
    for (FieldViolation violation : violations) {
      BadRequest.FieldViolation written =
          BadRequest.FieldViolation.newBuilder()
              .setField(cut(violation.field(), VALUE_BUDGET, ErrorStatus::utf8Bytes))
              .setDescription(cut(violation.description(), VALUE_BUDGET, ErrorStatus::utf8Bytes))
              .build();
      bytes += written.getSerializedSize() + 4;
      if (bytes > VIOLATIONS_BUDGET) {
        break;
      }
      request.addFieldViolations(written);
    }
    return request.build();
  }

  /** The longest beginning of {@code text} that, with an ellipsis, is within {@code budget}. */
  private static String cut(String text, int budget, ToIntFunction<String> size) {
    if (text.length() <= budget && size.applyAsInt(text) <= budget) {
      return text;
    }
    int left = budget - size.applyAsInt(ELLIPSIS);
    int end = 0;
    while (end < text.length()) {
      int next = text.offsetByCodePoints(end, 1);
      left -= size.applyAsInt(text.substring(end, next));
      if (left < 0) {
        break;
      }
      end = next;
    }
    return text.substring(0, end) + ELLIPSIS;
  }

  private static int utf8Bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static int percentEncodedBytes(String text) {
    int bytes = 0;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      bytes += b >= ' ' && b < '~' && b != '%' ? 1 : 3;
    }
    return bytes;
  }
}
