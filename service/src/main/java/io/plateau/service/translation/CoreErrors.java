package io.plateau.service.translation;

import io.plateau.core.checkpoint.CheckpointException;
import io.plateau.core.curve.CurveException;
import io.plateau.core.dataset.DatasetException;
import io.plateau.core.kernel.DeviceException;
import io.plateau.core.network.NetworkException;
import io.plateau.core.path.PathException;
import io.plateau.core.safetensors.SafetensorsException;
import io.plateau.core.training.TrainingException;
import io.plateau.service.errors.ErrorTranslators;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What core's exceptions are told as. The edge registers {@link #translators}; who knows which
 * field of the request led to an exception calls the function that takes it.
 */
public final class CoreErrors {
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final Pattern FIELD_AND_PROBLEM =
      Pattern.compile("([a-z][a-z0-9_]*(?:[.\\[][a-z0-9_.\\[\\]-]*)?): (.+)", Pattern.DOTALL);
  private static final int MAX_CAUSES = 16;
  private static final String SAVED_STATE = "state";

  private CoreErrors() {}

  /** Translators of every exception of core, for the edge of a server. */
  public static ErrorTranslators translators() {
    return ErrorTranslators.builder()
        .on(NetworkException.class, e -> of(e, RequestField.REQUEST))
        .on(PathException.class, e -> of(e, RequestField.REQUEST))
        .on(CurveException.class, e -> of(e, RequestField.REQUEST))
        .on(DatasetException.class, e -> of(e, RequestField.REQUEST))
        .on(CheckpointException.class, e -> of(e, RequestField.REQUEST))
        .on(SafetensorsException.class, e -> of(e, RequestField.REQUEST))
        .on(TrainingException.class, e -> of(e, RequestField.REQUEST))
        .on(DeviceException.class, CoreErrors::of)
        .build();
  }

  /**
   * A network that can't be built.
   *
   * @param network field that holds the network
   */
  public static PlateauException of(NetworkException e, RequestField network) {
    return network.child(e.field()).failure(Reason.NETWORK_INVALID, problem(e), e);
  }

  /**
   * A path that can't be evaluated.
   *
   * @param request field that holds the path's specification
   */
  public static PlateauException of(PathException e, RequestField request) {
    Reason reason =
        switch (e.reason()) {
          case INVALID -> Reason.REQUEST_INVALID;
          case ENDS_DIFFER -> Reason.ENDS_DIFFER;
          case DATA_DIFFER -> Reason.DATASET_INVALID;
          case ENDPOINT_MISMATCH -> Reason.ENDPOINT_MISMATCH;
          case CANCELLED -> Reason.CANCELLED;
        };
    RequestField field = e.field().isEmpty() ? request : request.child(e.field());
    return field.failure(reason, e.getMessage(), e);
  }

  /**
   * Options or points of which no summary can be made. Points come from us: what is wrong with them
   * is a defect.
   *
   * @param request field that holds the options
   */
  public static PlateauException of(CurveException e, RequestField request) {
    Optional<String> option = SummaryOptionsTranslation.fieldOf(e.field());
    if (option.isPresent()) {
      return request.child(option.get()).failure(Reason.REQUEST_INVALID, problem(e), e);
    }
    return PlateauException.builder(
            Reason.INTERNAL, "A curve can't be summarized: " + e.getMessage())
        .cause(e)
        .build();
  }

  /**
   * Data that can't be found, read or used.
   *
   * @param dataset field that holds the data set's specification
   */
  public static PlateauException of(DatasetException e, RequestField dataset) {
    return switch (e.reason()) {
      case NOT_FOUND -> dataset.failure(Reason.DATASET_NOT_FOUND, e.getMessage(), e);
      case MALFORMED -> dataset.failure(Reason.DATASET_INVALID, e.getMessage(), e);
      case DIGEST_MISMATCH -> dataset.failure(Reason.DATASET_DIGEST_MISMATCH, e.getMessage(), e);
      case TOO_LARGE -> dataset.failure(Reason.LIMIT_EXCEEDED, e.getMessage(), e);
      case INVALID_REQUEST -> atField(e, dataset, Reason.DATASET_INVALID);
      case UNREADABLE -> unavailable(e);
    };
  }

  /**
   * A checkpoint that can't be stored, found or trusted.
   *
   * @param request field that names the pair
   */
  public static PlateauException of(CheckpointException e, RequestField request) {
    return switch (e.reason()) {
      case INVALID_REQUEST -> atField(e, request, Reason.REQUEST_INVALID);
      case NOT_FOUND -> request.failure(Reason.PAIR_NOT_FOUND, e.getMessage(), e);
      case EXISTS -> request.failure(Reason.PAIR_EXISTS, e.getMessage(), e);
      case CORRUPT -> request.failure(Reason.PAIR_CORRUPT, e.getMessage(), e);
      case UNAVAILABLE -> unavailable(e);
    };
  }

  /**
   * A file that is not sound safetensors.
   *
   * @param file field that names or holds the file
   */
  public static PlateauException of(SafetensorsException e, RequestField file) {
    return file.failure(Reason.FILE_INVALID, e.getMessage(), e);
  }

  /**
   * A training that can't be done as asked. A saved state that can't be gone on from is not the
   * caller's fault.
   *
   * @param training field that holds the training's specification
   */
  public static PlateauException of(TrainingException e, RequestField training) {
    if (e.field().equals(SAVED_STATE)) {
      return PlateauException.builder(
              Reason.STATE_CONFLICT,
              "The training can't be resumed: its saved state " + problem(e) + "; start it again")
          .cause(e)
          .build();
    }
    return training.child(e.field()).failure(Reason.TRAINING_INVALID, problem(e), e);
  }

  /** A device that can't do what is asked of it. */
  public static PlateauException of(DeviceException e) {
    Reason reason =
        switch (e.reason()) {
          case UNSUPPORTED -> Reason.DEVICE_UNSUPPORTED;
          case OUT_OF_MEMORY -> Reason.DEVICE_OUT_OF_MEMORY;
          case FAILED -> Reason.INTERNAL;
        };
    return PlateauException.builder(reason, e.getMessage()).cause(e).build();
  }

  /** What is wrong, without the field that core puts before it. */
  static String problem(NetworkException e) {
    return withoutField(e.getMessage(), e.field());
  }

  static String problem(TrainingException e) {
    return withoutField(e.getMessage(), e.field());
  }

  static String problem(CurveException e) {
    return withoutField(e.getMessage(), e.field());
  }

  private static String withoutField(String message, String field) {
    return message.startsWith(field + ": ") ? message.substring(field.length() + 2) : message;
  }

  /** Core names the field of these in the message only: {@code classes: 12 is outside 0..9}. */
  private static PlateauException atField(RuntimeException e, RequestField parent, Reason reason) {
    Matcher parts = FIELD_AND_PROBLEM.matcher(e.getMessage());
    return parts.matches()
        ? parent
            .child(DatasetTranslation.fieldOf(parts.group(1)))
            .failure(reason, parts.group(2), e)
        : parent.failure(reason, e.getMessage(), e);
  }

  private static PlateauException unavailable(RuntimeException e) {
    if (isFull(e)) {
      return PlateauException.builder(Reason.STORE_FULL, e.getMessage()).cause(e).build();
    }
    return PlateauException.builder(Reason.STORE_UNAVAILABLE, e.getMessage())
        .retryAfter(RETRY)
        .cause(e)
        .build();
  }

  private static boolean isFull(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      String said =
          cause instanceof FileSystemException file ? file.getReason() : cause.getMessage();
      if (cause instanceof java.io.IOException
          && said != null
          && (said.contains("No space left") || said.contains("quota exceeded"))) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }
}
