package io.plateau.service.translation;

import io.plateau.service.database.DatabaseException;
import io.plateau.service.errors.ErrorTranslators;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.jobs.JobException;
import io.plateau.service.listing.ListException;
import java.time.Duration;

/**
 * What failures of jobs and of their database are told as.
 *
 * @param collection of the jobs' names, such as {@code trainings}
 * @param notFound reason for a job that is not there
 * @param exists reason for an id that is taken
 */
public record JobErrors(String collection, Reason notFound, Reason exists) {
  private static final Duration RETRY = Duration.ofSeconds(5);

  /** Translators for the edge of a server with one kind of job. */
  public ErrorTranslators translators() {
    return ErrorTranslators.builder()
        .on(JobException.class, this::of)
        .on(DatabaseException.class, JobErrors::of)
        .on(ListException.class, JobErrors::of)
        .build();
  }

  /** A refused request or write. */
  public PlateauException of(JobException e) {
    PlateauException.Builder failure =
        PlateauException.builder(reason(e.reason()), e.getMessage()).cause(e);
    if (!e.field().isEmpty()) {
      failure.field(e.field(), e.getMessage());
    }
    e.details()
        .forEach(
            (name, value) -> {
              boolean id = name.equals("id") || name.equals("existing");
              failure.metadata(id ? "name" : name, id ? collection + "/" + value : value);
            });
    e.retryAfter().ifPresent(failure::retryAfter);
    return failure.build();
  }

  /** A filter, an order or a page token that can't be used. */
  public static PlateauException of(ListException e) {
    return switch (e.part()) {
      case FILTER -> at("filter", Reason.FILTER_INVALID, e);
      case ORDER -> at("order_by", Reason.FILTER_INVALID, e);
      case PAGE_TOKEN -> at("page_token", Reason.PAGE_TOKEN_INVALID, e);
    };
  }

  private static PlateauException at(String field, Reason reason, ListException e) {
    return PlateauException.builder(reason, field + ": " + e.getMessage())
        .field(field, e.getMessage())
        .metadata("position", e.position())
        .cause(e)
        .build();
  }

  /** A failure of the database. */
  public static PlateauException of(DatabaseException e) {
    return switch (e.reason()) {
      case UNAVAILABLE ->
          PlateauException.builder(Reason.DATABASE_UNAVAILABLE, e.getMessage())
              .retryAfter(RETRY)
              .cause(e)
              .build();
      case OUT_OF_SPACE ->
          PlateauException.builder(Reason.STORE_FULL, e.getMessage()).cause(e).build();
      case URL_UNSUPPORTED,
          ACCESS_REFUSED,
          FILE_LOCKED,
          NOT_FOUND,
          SCHEMA_NEWER,
          SCHEMA_FOREIGN,
          MIGRATION_FAILED,
          CORRUPT,
          STATEMENT_FAILED ->
          PlateauException.builder(
                  Reason.INTERNAL, "The database can't do what is asked of it: " + e.reason())
              .cause(e)
              .build();
    };
  }

  private Reason reason(JobException.Reason reason) {
    return switch (reason) {
      case NOT_FOUND -> notFound;
      case ID_TAKEN -> exists;
      case REQUEST_ID_REUSED -> Reason.REQUEST_ID_REUSED;
      case QUEUE_FULL, TOO_MANY_WATCHERS -> Reason.QUEUE_FULL;
      case ETAG_MISMATCH -> Reason.ETAG_MISMATCH;
      case STATE_CONFLICT -> Reason.STATE_CONFLICT;
      case INVALID_ARGUMENT -> Reason.REQUEST_INVALID;
      case INVALID_PAGE_TOKEN -> Reason.PAGE_TOKEN_INVALID;
      case TOO_MANY_EVENTS -> Reason.LIMIT_EXCEEDED;
      case LEASE_LOST -> Reason.SERVICE_UNAVAILABLE;
      case ATTEMPTS_EXHAUSTED -> Reason.INTERNAL;
    };
  }
}
