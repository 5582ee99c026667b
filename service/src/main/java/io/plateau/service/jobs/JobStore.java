package io.plateau.service.jobs;

import io.plateau.service.database.Database;
import io.plateau.service.database.Migrations;
import io.plateau.service.jobs.JobTable.Directive;
import io.plateau.service.jobs.JobTable.Locked;
import io.plateau.service.listing.Condition;
import io.plateau.service.listing.ListException;
import io.plateau.service.listing.ListStatement;
import io.plateau.service.listing.ListTable;
import io.plateau.service.listing.SortKey;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * The jobs of one kind: asked for, read, cancelled, resumed and deleted. Thread-safe; any number of
 * processes may use the same database.
 *
 * <p>Every method throws {@link io.plateau.service.database.DatabaseException} when the database
 * fails, and {@link JobException} with the reasons it names.
 */
public final class JobStore {
  /** The tables that this package needs. */
  public static final Migrations MIGRATIONS =
      new Migrations("jobs", "classpath:io/plateau/service/jobs/migration");

  private static final ListTable LISTED =
      ListTable.of("jobs")
          .text(
              "state",
              "state",
              Arrays.stream(JobState.values()).map(JobState::name).collect(Collectors.toSet()))
          .time("create_time", "create_time")
          .time("update_time", "update_time")
          .number("priority", "priority")
          .labels("job_labels", "job_id")
          .internal("kind", "kind")
          .internal("parent", "parent")
          .internal("result_id", "CASE WHEN result IS NOT NULL THEN id END")
          .build();

  private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,31}");
  private static final Pattern REQUEST_ID = Pattern.compile("[\\x21-\\x7e]{0,128}");
  private static final Pattern LABEL_NAME = Pattern.compile("[a-z0-9][a-z0-9_./-]{0,62}");
  private static final int LABEL_VALUE_LENGTH = 255;
  private static final int PRIORITY_BOUND = 100;
  private static final int EVENT_PAGE = 1_000;
  private static final int EVENT_PAGE_BYTES = 4 << 20;
  private static final Pattern ID = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final char[] ID_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final int ID_LENGTH = 16;

  private final Database database;
  private final JobLimits limits;
  private final JobTable jobs;
  private final TaskTable tasks;
  private final SecureRandom random = new SecureRandom();
  private final List<Consumer<String>> changeListeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<String>> requestListeners = new CopyOnWriteArrayList<>();

  /**
   * @param database opened with {@link #MIGRATIONS}
   * @param kind the one kind of job that this store sees, for example {@code training}
   * @param limits bounds of what callers and handlers size
   */
  public JobStore(Database database, String kind, JobLimits limits) {
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException("kind '" + kind + "' must match " + KIND);
    }
    this.database = database;
    this.limits = limits;
    this.jobs = new JobTable(kind);
    this.tasks = TaskTable.ofKind(kind);
    database.inTransaction(
        handle ->
            handle
                .createUpdate("INSERT INTO job_queues (kind) VALUES (:kind) ON CONFLICT DO NOTHING")
                .bind("kind", kind)
                .execute());
  }

  /**
   * Puts a job into the queue, or finds the one that the same request made before.
   *
   * @return the job, QUEUED if it is new
   * @throws JobException REQUEST_ID_REUSED, QUEUE_FULL, INVALID_ARGUMENT, NOT_FOUND (the parent)
   */
  public Job create(JobRequest request) {
    return create("", request, (handle, job) -> {});
  }

  /** What else is written when a job is new, in the same transaction. */
  @FunctionalInterface
  public interface Alongside {
    /** Writes it; the job is in the database already. */
    void write(Handle handle, Job job);
  }

  /**
   * The same for a job of a given id. The id belongs to the content only as far as the
   * specification names it.
   *
   * @param id 1 to 63 lower-case letters, digits and inner hyphens; empty: a new one is made
   * @param alongside not called where the job is there already
   * @throws JobException also ID_TAKEN
   */
  public Job create(String id, JobRequest request, Alongside alongside) {
    if (!id.isEmpty() && !ID.matcher(id).matches()) {
      throw JobException.invalid("id", "must match " + ID);
    }
    validate(request);
    byte[] digest = Digests.of(request);
    Job job =
        database.inTransaction(
            handle -> {
              lockQueue(handle);
              Optional<Job> same = findSame(handle, request, digest);
              if (same.isPresent()) {
                return same.get();
              }
              Job made = insert(handle, id, request, digest);
              alongside.write(handle, made);
              return made;
            });
    requested(job.id());
    return job;
  }

  private void lockQueue(Handle handle) {
    handle
        .createQuery("SELECT kind FROM job_queues WHERE kind = :kind FOR UPDATE")
        .bind("kind", jobs.kind())
        .mapTo(String.class)
        .one();
  }

  private Optional<Job> findSame(Handle handle, JobRequest request, byte[] digest) {
    if (request.requestId().isEmpty()) {
      return Optional.empty();
    }
    Optional<Job> earlier = jobs.findByRequestId(handle, request.requestId());
    if (earlier.isPresent()) {
      byte[] earlierDigest =
          handle
              .createQuery("SELECT request_digest FROM jobs WHERE id = :id")
              .bind("id", earlier.get().id())
              .map((row, context) -> row.getBytes(1))
              .one();
      if (!MessageDigest.isEqual(digest, earlierDigest)) {
        throw JobException.of(
            JobException.Reason.REQUEST_ID_REUSED,
            "request_id '"
                + request.requestId()
                + "' was used for "
                + jobs.kind()
                + " '"
                + earlier.get().id()
                + "' with other content: use a new id for a new request",
            Map.of("request_id", request.requestId(), "existing", earlier.get().id()));
      }
    }
    return earlier;
  }

  private Job insert(Handle handle, String wantedId, JobRequest request, byte[] digest) {
    refuseWhenFull(handle);
    request.parent().ifPresent(parent -> jobs.get(handle, parent));
    refuseTaken(handle, wantedId);
    String id = wantedId.isEmpty() ? newId() : wantedId;
    Instant now = database.clock().instant();
    handle
        .createUpdate(
            "INSERT INTO jobs (id, kind, request_id, request_digest, parent, priority, state, spec,"
                + " progress_fraction, progress, attempt, fruitless_attempts, batch, last_event,"
                + " event_bytes, version, create_time, queue_time, update_time) VALUES (:id, :kind,"
                + " :requestId, :digest, :parent, :priority, :state, :spec, 0, :empty, 0, 0, 0, 1, 0, 1,"
                + " :now, :now, :now)")
        .bind("id", id)
        .bind("kind", jobs.kind())
        .bind("requestId", request.requestId().isEmpty() ? null : request.requestId())
        .bind("digest", digest)
        .bind("parent", request.parent().orElse(null))
        .bind("priority", request.priority())
        .bind("state", JobState.QUEUED.name())
        .bind("spec", request.spec().toByteArray())
        .bind("empty", new byte[0])
        .bind("now", now)
        .execute();
    jobs.insertLabels(handle, id, request.labels());
    jobs.insertStateEvent(handle, id, now);
    tasks.enqueue(handle, id, request.priority(), now);
    return jobs.get(handle, id);
  }

  private void refuseTaken(Handle handle, String id) {
    boolean taken =
        handle
            .createQuery("SELECT 1 FROM jobs WHERE id = :id")
            .bind("id", id)
            .mapTo(Integer.class)
            .findOne()
            .isPresent();
    if (taken) {
      throw JobException.of(
          JobException.Reason.ID_TAKEN,
          jobs.kind() + " '" + id + "' exists already: ask for another id, or delete that one",
          Map.of("id", id));
    }
  }

  private void refuseWhenFull(Handle handle) {
    long queued =
        handle
            .createQuery("SELECT COUNT(*) FROM jobs WHERE kind = :kind AND state = 'QUEUED'")
            .bind("kind", jobs.kind())
            .mapTo(Long.class)
            .one();
    if (queued >= limits.queuedJobs()) {
      throw JobException.full(
          JobException.Reason.QUEUE_FULL,
          queued + " jobs of kind " + jobs.kind() + " wait already: try again later",
          limits.retryAfter(),
          Map.of("queued", Long.toString(queued), "limit", Integer.toString(limits.queuedJobs())));
    }
  }

  /** Reads a job; throws NOT_FOUND. */
  public Job get(String id) {
    return database.read(handle -> jobs.get(handle, id));
  }

  /** Finds the job that a request id made. */
  public Optional<Job> findByRequestId(String requestId) {
    return database.read(handle -> jobs.findByRequestId(handle, requestId));
  }

  /**
   * Lists jobs, a page at a time. Jobs created or changed between two pages make no other job
   * appear twice or not at all.
   *
   * @param pageSize at most; 0: the largest allowed; larger ones are cut to it
   * @param pageToken empty: from the start; else from {@link JobPage#nextPageToken}
   * @throws JobException INVALID_PAGE_TOKEN, INVALID_ARGUMENT
   */
  public JobPage list(JobFilter filter, int pageSize, String pageToken) {
    try {
      return list(filter.conditions(), List.of(filter.sortKey()), pageSize, pageToken);
    } catch (ListException e) {
      throw JobException.of(
          JobException.Reason.INVALID_PAGE_TOKEN, "page_token " + e.getMessage(), Map.of());
    }
  }

  /**
   * The same for conditions and an order as callers write them: over {@code state}, {@code
   * labels.KEY}, {@code create_time}, {@code update_time}, {@code priority}, and for the server
   * itself {@code parent} (empty: none) and {@code result_id} (the id where there is a result).
   *
   * @throws ListException if they can't be used, or the token is not of the same list
   */
  public JobPage list(
      List<Condition> conditions, List<SortKey> order, int pageSize, String pageToken) {
    if (pageSize < 0) {
      throw JobException.invalid("page_size", "is " + pageSize + ", must not be negative");
    }
    int size = pageSize == 0 ? limits.pageSize() : Math.min(pageSize, limits.pageSize());
    List<Condition> all = new ArrayList<>(conditions);
    all.add(Condition.equal("kind", jobs.kind()));
    ListStatement statement = LISTED.statement(all, order, pageToken);
    List<Job> found =
        database.inTransaction(handle -> jobs.read(handle, statement.query(handle, size + 1)));
    if (found.size() <= size) {
      return new JobPage(found, "");
    }
    List<Job> page = found.subList(0, size);
    Job last = page.get(size - 1);
    return new JobPage(page, statement.tokenAfter(field -> sortValue(last, field), last.id()));
  }

  private static Object sortValue(Job job, String field) {
    return switch (field) {
      case "create_time" -> job.createTime();
      case "update_time" -> job.updateTime();
      case "priority" -> job.request().priority();
      default -> throw new IllegalArgumentException(field);
    };
  }

  /** How many jobs there are in each state, over all replicas; states without jobs have 0. */
  public Map<JobState, Long> countByState() {
    Map<JobState, Long> counts = new EnumMap<>(JobState.class);
    for (JobState state : JobState.values()) {
      counts.put(state, 0L);
    }
    database.read(
        handle ->
            handle
                .createQuery("SELECT state, COUNT(*) FROM jobs WHERE kind = :kind GROUP BY state")
                .bind("kind", jobs.kind())
                .map(
                    (row, context) ->
                        counts.put(JobState.valueOf(row.getString(1)), row.getLong(2)))
                .list());
    return counts;
  }

  /**
   * Reads events of a job, oldest first.
   *
   * @param after number of the last event already known, 0 for all
   * @param limit at most so many; fewer come where events are large, none only when there are none
   * @throws JobException NOT_FOUND
   */
  public List<JobEvent> eventsAfter(String id, long after, int limit) {
    int page = Math.max(1, Math.min(limit, EVENT_PAGE));
    return database.read(
        handle -> {
          List<JobEvent> events = jobs.eventsAfter(handle, id, after, page, EVENT_PAGE_BYTES);
          if (events.isEmpty()) {
            jobs.get(handle, id);
          }
          return events;
        });
  }

  /**
   * The state that a job was in after an event; empty before the first.
   *
   * @param number of the event
   */
  public Optional<JobState> stateAt(String id, long number) {
    return database.inTransaction(
        handle ->
            handle
                .createQuery(
                    "SELECT state FROM job_events WHERE job_id = :id AND event_number <= :number"
                        + " AND state IS NOT NULL ORDER BY event_number DESC LIMIT 1")
                .bind("id", id)
                .bind("number", number)
                .mapTo(String.class)
                .findOne()
                .map(JobState::valueOf));
  }

  /**
   * Ends a job: at once if no worker runs it, else within about a second, whichever replica runs
   * it. A job in a final state stays as it is.
   *
   * @return the job after the request; {@link Job#cancelRequested} while its worker has yet to stop
   * @throws JobException NOT_FOUND
   */
  public Job cancel(String id) {
    return cancel(id, "");
  }

  /**
   * The same for a job that nobody has changed.
   *
   * @param etag empty: whatever the job's version; else {@link Job#etag} as last read
   * @throws JobException NOT_FOUND, ETAG_MISMATCH
   */
  public Job cancel(String id, String etag) {
    return request(id, etag, Directive.CANCEL, JobState.CANCELLED);
  }

  /**
   * Pauses a job: at once if no worker runs it, else once its handler has saved.
   *
   * @throws JobException NOT_FOUND
   */
  public Job pause(String id) {
    return request(id, "", Directive.PAUSE, JobState.PAUSED);
  }

  private Job request(String id, String etag, Directive directive, JobState target) {
    Job job =
        database.inTransaction(
            handle -> {
              Locked locked = locked(handle, id);
              checkEtag(locked, etag);
              Instant now = database.clock().instant();
              if (locked.state() == JobState.RUNNING) {
                if (locked.directive().isEmpty() || directive == Directive.CANCEL) {
                  handle
                      .createUpdate(
                          "UPDATE jobs SET directive = :directive, version = version + 1,"
                              + " update_time = :now WHERE id = :id")
                      .bind("id", id)
                      .bind("now", now)
                      .bind("directive", directive.name())
                      .execute();
                }
              } else if (!locked.state().isFinal() && locked.state() != target) {
                handle
                    .createUpdate(
                        "UPDATE jobs SET state = :state, directive = NULL, end_time = :end,"
                            + " last_event = last_event + 1, version = version + 1,"
                            + " update_time = :now WHERE id = :id")
                    .bind("id", id)
                    .bind("now", now)
                    .bind("state", target.name())
                    .bindByType("end", target.isFinal() ? now : null, Instant.class)
                    .execute();
                jobs.insertStateEvent(handle, id, now);
                tasks.dequeue(handle, id);
              }
              return jobs.get(handle, id);
            });
    requested(id);
    return job;
  }

  /**
   * Puts a paused, failed or cancelled job back into the queue; its handler goes on from what it
   * saved.
   *
   * @throws JobException NOT_FOUND, STATE_CONFLICT, QUEUE_FULL
   */
  public Job resume(String id) {
    return resume(id, "");
  }

  /**
   * The same for a job that nobody has changed.
   *
   * @param etag empty: whatever the job's version; else {@link Job#etag} as last read
   * @throws JobException as {@link #resume(String)}, and ETAG_MISMATCH
   */
  public Job resume(String id, String etag) {
    Job job =
        database.inTransaction(
            handle -> {
              lockQueue(handle);
              Locked locked = locked(handle, id);
              checkEtag(locked, etag);
              if (!locked.state().isResumable()) {
                throw stateConflict(id, locked.state(), "can't be resumed");
              }
              refuseWhenFull(handle);
              Instant now = database.clock().instant();
              handle
                  .createUpdate(
                      "UPDATE jobs SET state = 'QUEUED', directive = NULL, end_time = NULL,"
                          + " error = NULL, result = NULL, queue_time = :now, fruitless_attempts = 0,"
                          + " last_event = last_event + 1, version = version + 1,"
                          + " update_time = :now WHERE id = :id")
                  .bind("id", id)
                  .bind("now", now)
                  .execute();
              jobs.insertStateEvent(handle, id, now);
              Job queued = jobs.get(handle, id);
              tasks.enqueue(handle, id, queued.request().priority(), now);
              return queued;
            });
    requested(id);
    return job;
  }

  /**
   * Replaces a job's labels.
   *
   * @param etag empty: whatever the job's version; else {@link Job#etag} as last read
   * @throws JobException NOT_FOUND, ETAG_MISMATCH, INVALID_ARGUMENT
   */
  public Job setLabels(String id, String etag, Map<String, String> labels) {
    validateLabels(labels);
    Job job =
        database.inTransaction(
            handle -> {
              checkEtag(locked(handle, id), etag);
              handle.execute("DELETE FROM job_labels WHERE job_id = ?", id);
              jobs.insertLabels(handle, id, labels);
              handle
                  .createUpdate(
                      "UPDATE jobs SET version = version + 1, update_time = :now WHERE id = :id")
                  .bind("id", id)
                  .bind("now", database.clock().instant())
                  .execute();
              return jobs.get(handle, id);
            });
    changed(id);
    return job;
  }

  /**
   * Deletes a finished job with its events, labels and finished children.
   *
   * @param etag empty: whatever the job's version; else {@link Job#etag} as last read
   * @throws JobException NOT_FOUND, ETAG_MISMATCH, STATE_CONFLICT (it or a child is not finished)
   */
  public void delete(String id, String etag) {
    database.inTransaction(
        handle -> {
          Locked locked = locked(handle, id);
          checkEtag(locked, etag);
          if (!locked.state().isFinal()) {
            throw stateConflict(id, locked.state(), "must be cancelled before it is deleted");
          }
          for (String child : children(handle, id)) {
            JobState state = locked(handle, child).state();
            if (!state.isFinal()) {
              throw stateConflict(child, state, "is part of it and must be cancelled first");
            }
          }
          return handle.execute("DELETE FROM jobs WHERE id = ?", id);
        });
    changed(id);
  }

  private List<String> children(Handle handle, String id) {
    List<String> found = new ArrayList<>();
    List<String> open = new ArrayList<>(List.of(id));
    while (!open.isEmpty()) {
      List<String> next =
          handle
              .createQuery("SELECT id FROM jobs WHERE parent = :parent ORDER BY id")
              .bind("parent", open.remove(open.size() - 1))
              .mapTo(String.class)
              .list();
      found.addAll(next);
      open.addAll(next);
    }
    return found;
  }

  /** The one kind of job in this store. */
  public String kind() {
    return jobs.kind();
  }

  /** The bounds that this store holds callers and handlers to. */
  public JobLimits limits() {
    return limits;
  }

  Database database() {
    return database;
  }

  JobTable table() {
    return jobs;
  }

  TaskTable tasks() {
    return tasks;
  }

  /** Has a listener called with the id of each job that this process changed, after the commit. */
  Runnable onChange(Consumer<String> listener) {
    changeListeners.add(listener);
    return () -> changeListeners.remove(listener);
  }

  /** The same only for what workers must see to: new, cancelled, paused and resumed jobs. */
  Runnable onRequest(Consumer<String> listener) {
    requestListeners.add(listener);
    return () -> requestListeners.remove(listener);
  }

  void changed(String id) {
    changeListeners.forEach(listener -> listener.accept(id));
  }

  private void requested(String id) {
    changed(id);
    requestListeners.forEach(listener -> listener.accept(id));
  }

  private Locked locked(Handle handle, String id) {
    return jobs.lock(handle, id).orElseThrow(() -> JobException.notFound(jobs.kind(), id));
  }

  private JobException stateConflict(String id, JobState state, String what) {
    return JobException.of(
        JobException.Reason.STATE_CONFLICT,
        jobs.kind() + " '" + id + "' is " + state + " and " + what,
        Map.of("id", id, "state", state.name()));
  }

  private void checkEtag(Locked locked, String etag) {
    if (!etag.isEmpty() && !etag.equals(Long.toString(locked.version()))) {
      throw JobException.of(
          JobException.Reason.ETAG_MISMATCH,
          jobs.kind() + " '" + locked.id() + "' was changed since it was read: read it again",
          Map.of("id", locked.id()));
    }
  }

  private void validate(JobRequest request) {
    if (!REQUEST_ID.matcher(request.requestId()).matches()) {
      throw JobException.invalid(
          "request_id", "must have at most 128 visible ASCII characters and no spaces");
    }
    if (request.spec().size() > limits.specBytes()) {
      throw JobException.invalid(
          "spec", "has " + request.spec().size() + " bytes, at most " + limits.specBytes());
    }
    if (Math.abs((long) request.priority()) > PRIORITY_BOUND) {
      throw JobException.invalid("priority", "is " + request.priority() + ", must be -100 to 100");
    }
    validateLabels(request.labels());
  }

  private void validateLabels(Map<String, String> labels) {
    if (labels.size() > limits.labels()) {
      throw JobException.invalid("labels", "has " + labels.size() + ", at most " + limits.labels());
    }
    labels.forEach(
        (name, value) -> {
          if (!LABEL_NAME.matcher(name).matches()) {
            throw JobException.invalid("labels", "name '" + name + "' must match " + LABEL_NAME);
          }
          if (value.length() > LABEL_VALUE_LENGTH || value.indexOf('\0') >= 0) {
            throw JobException.invalid(
                "labels", "'" + name + "' must have at most 255 characters and none of code 0");
          }
        });
  }

  private String newId() {
    StringBuilder id = new StringBuilder(ID_LENGTH);
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(ID_ALPHABET[random.nextInt(ID_ALPHABET.length)]);
    }
    return id.toString();
  }
}
