package io.plateau.service.errors;

import io.grpc.Status;
import java.util.Optional;

/**
 * Why a request failed. The name is what callers see in {@code google.rpc.ErrorInfo.reason} under
 * the domain {@value #DOMAIN}, and stands in the contract as {@code plateau.common.v1.ErrorReason};
 * it is API: it may be added to, never renamed, and its code never changes.
 */
public enum Reason {
  /** A field breaks a rule that the request's description states. */
  REQUEST_INVALID(Status.Code.INVALID_ARGUMENT),
  /** The network can't be built: layers don't fit, or a size is out of range. */
  NETWORK_INVALID(Status.Code.INVALID_ARGUMENT),
  /** The training specification contradicts itself or a limit. */
  TRAINING_INVALID(Status.Code.INVALID_ARGUMENT),
  /** A data set's description or content can't be used. */
  DATASET_INVALID(Status.Code.INVALID_ARGUMENT),
  /** A file that a caller sent or named is not what it claims to be. */
  FILE_INVALID(Status.Code.INVALID_ARGUMENT),
  /** Imported tensors fit the network in no way, or in several. */
  TENSORS_AMBIGUOUS(Status.Code.INVALID_ARGUMENT),
  /** A format that is never read, such as a Python pickle. */
  FORMAT_REFUSED(Status.Code.INVALID_ARGUMENT),
  /** The scheme has no value at one of the alphas. */
  SCHEME_UNDEFINED_AT_ALPHA(Status.Code.INVALID_ARGUMENT),
  /** More points were asked for than one request may. */
  GRID_TOO_LARGE(Status.Code.INVALID_ARGUMENT),
  /** More trainings were asked for than one sweep may have. */
  SWEEP_TOO_LARGE(Status.Code.INVALID_ARGUMENT),
  /** A size that the caller chose is over a limit; metadata names the limit. */
  LIMIT_EXCEEDED(Status.Code.INVALID_ARGUMENT),
  /** The page token was not made by this list or for this filter. */
  PAGE_TOKEN_INVALID(Status.Code.INVALID_ARGUMENT),
  /** The filter or the order of a list can't be read. */
  FILTER_INVALID(Status.Code.INVALID_ARGUMENT),
  /** An offset or a number beyond the end. */
  POSITION_OUT_OF_RANGE(Status.Code.OUT_OF_RANGE),

  DATASET_NOT_FOUND(Status.Code.NOT_FOUND),
  PAIR_NOT_FOUND(Status.Code.NOT_FOUND),
  CHECKPOINT_NOT_FOUND(Status.Code.NOT_FOUND),
  TRAINING_NOT_FOUND(Status.Code.NOT_FOUND),
  EVALUATION_NOT_FOUND(Status.Code.NOT_FOUND),
  DEVICE_NOT_FOUND(Status.Code.NOT_FOUND),

  /** Same request id, other content. */
  REQUEST_ID_REUSED(Status.Code.ALREADY_EXISTS),
  PAIR_EXISTS(Status.Code.ALREADY_EXISTS),
  TRAINING_EXISTS(Status.Code.ALREADY_EXISTS),
  EVALUATION_EXISTS(Status.Code.ALREADY_EXISTS),

  /** Someone changed it first: read it again, then repeat. */
  ETAG_MISMATCH(Status.Code.ABORTED),

  /** The data are not those that the pair was trained on. */
  DATASET_DIGEST_MISMATCH(Status.Code.FAILED_PRECONDITION),
  /** The two ends hold different tensors. */
  ENDS_DIFFER(Status.Code.FAILED_PRECONDITION),
  /** The path doesn't reproduce the loss or error stored with an end. */
  ENDPOINT_MISMATCH(Status.Code.FAILED_PRECONDITION),
  /** The second end's training failed, and the request refuses such pairs. */
  TRAINING_FAILED(Status.Code.FAILED_PRECONDITION),
  /** The device can't run the kernels of this build. */
  DEVICE_UNSUPPORTED(Status.Code.FAILED_PRECONDITION),
  /** The object's state does not allow the operation. */
  STATE_CONFLICT(Status.Code.FAILED_PRECONDITION),
  /** Something refers to the object still. */
  IN_USE(Status.Code.FAILED_PRECONDITION),

  /** Stored bytes don't match their digest. */
  PAIR_CORRUPT(Status.Code.DATA_LOSS),

  /** Every place is taken; {@code RetryInfo} says when to come back. */
  QUEUE_FULL(Status.Code.RESOURCE_EXHAUSTED),
  DEVICE_OUT_OF_MEMORY(Status.Code.RESOURCE_EXHAUSTED),
  STORE_FULL(Status.Code.RESOURCE_EXHAUSTED),
  MESSAGE_TOO_LARGE(Status.Code.RESOURCE_EXHAUSTED),

  SERVER_SHUTTING_DOWN(Status.Code.UNAVAILABLE),
  STORE_UNAVAILABLE(Status.Code.UNAVAILABLE),
  DATABASE_UNAVAILABLE(Status.Code.UNAVAILABLE),
  TRAINER_UNAVAILABLE(Status.Code.UNAVAILABLE),
  SERVICE_UNAVAILABLE(Status.Code.UNAVAILABLE),

  UNAUTHENTICATED(Status.Code.UNAUTHENTICATED),
  PERMISSION_DENIED(Status.Code.PERMISSION_DENIED),
  /** The URI is outside the roots that the server was configured with. */
  URI_NOT_ALLOWED(Status.Code.PERMISSION_DENIED),

  NOT_IMPLEMENTED(Status.Code.UNIMPLEMENTED),
  CANCELLED(Status.Code.CANCELLED),
  DEADLINE_EXCEEDED(Status.Code.DEADLINE_EXCEEDED),
  /** A defect of the server; the log has the stack trace under the request id. */
  INTERNAL(Status.Code.INTERNAL);

  /** Domain of every {@code ErrorInfo} of ours. */
  public static final String DOMAIN = "plateau";

  private final Status.Code code;

  Reason(Status.Code code) {
    this.code = code;
  }

  /** The gRPC status code that this reason is sent with. */
  public Status.Code code() {
    return code;
  }

  /**
   * The reason of that name, or empty where a newer server sent one that this build doesn't know.
   */
  public static Optional<Reason> find(String name) {
    for (Reason reason : values()) {
      if (reason.name().equals(name)) {
        return Optional.of(reason);
      }
    }
    return Optional.empty();
  }

  /** What stands for a bare gRPC status that names no reason. */
  static Reason forCode(Status.Code code) {
    return switch (code) {
      case INVALID_ARGUMENT -> REQUEST_INVALID;
      case OUT_OF_RANGE -> POSITION_OUT_OF_RANGE;
      case RESOURCE_EXHAUSTED -> QUEUE_FULL;
      case UNAVAILABLE -> SERVICE_UNAVAILABLE;
      case UNAUTHENTICATED -> UNAUTHENTICATED;
      case PERMISSION_DENIED -> PERMISSION_DENIED;
      case UNIMPLEMENTED -> NOT_IMPLEMENTED;
      case CANCELLED -> CANCELLED;
      case DEADLINE_EXCEEDED -> DEADLINE_EXCEEDED;
      case FAILED_PRECONDITION -> STATE_CONFLICT;
      case DATA_LOSS -> PAIR_CORRUPT;
      default -> INTERNAL;
    };
  }
}
