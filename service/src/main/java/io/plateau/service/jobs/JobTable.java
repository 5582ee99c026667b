package io.plateau.service.jobs;

import com.google.protobuf.ByteString;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;

/**
 * Rows of the tables {@code jobs}, {@code job_labels} and {@code job_events} of one kind, read and
 * locked in a transaction of the caller.
 *
 * <p>Every change of a job begins with {@link #lock}: its row lock puts the writers of one job in a
 * line, so that event numbers follow the order of commits and a reader that has seen number n never
 * misses a smaller one.
 */
record JobTable(String kind) {

  /** What a worker can be asked while it runs a job. */
  enum Directive {
    CANCEL,
    PAUSE
  }

  /** The part of a job that decides what may be done with it, locked until the transaction ends. */
  record Locked(
      String id,
      JobState state,
      Optional<Directive> directive,
      int attempt,
      int fruitlessAttempts,
      long batch,
      long lastEvent,
      long eventBytes,
      long version) {}

  /** What a watcher needs to know of a job. */
  record Head(JobState state, long lastEvent) {}

  Optional<Locked> lock(Handle handle, String id) {
    return handle
        .createQuery(
            "SELECT id, state, directive, attempt, fruitless_attempts, batch, last_event, event_bytes,"
                + " version FROM jobs WHERE id = :id AND kind = :kind FOR UPDATE")
        .bind("id", id)
        .bind("kind", kind)
        .map(
            (row, context) ->
                new Locked(
                    row.getString("id"),
                    JobState.valueOf(row.getString("state")),
                    Optional.ofNullable(row.getString("directive")).map(Directive::valueOf),
                    row.getInt("attempt"),
                    row.getInt("fruitless_attempts"),
                    row.getLong("batch"),
                    row.getLong("last_event"),
                    row.getLong("event_bytes"),
                    row.getLong("version")))
        .findOne();
  }

  Optional<Job> find(Handle handle, String id) {
    return find(handle, "id = :value", id);
  }

  Optional<Job> findByRequestId(Handle handle, String requestId) {
    return find(handle, "request_id = :value", requestId);
  }

  private Optional<Job> find(Handle handle, String condition, String value) {
    List<Job> found =
        read(
            handle,
            handle
                .createQuery("SELECT * FROM jobs WHERE kind = :kind AND " + condition)
                .bind("kind", kind)
                .bind("value", value));
    return found.stream().findFirst();
  }

  Job get(Handle handle, String id) {
    return find(handle, id).orElseThrow(() -> JobException.notFound(kind, id));
  }

  /** Runs a query over whole rows of {@code jobs} and adds their labels. */
  List<Job> read(Handle handle, Query query) {
    record Row(String id, Job withoutLabels) {}

    List<Row> rows =
        query.map((row, context) -> new Row(row.getString("id"), job(row, Map.of()))).list();
    if (rows.isEmpty()) {
      return List.of();
    }
    Map<String, Map<String, String>> labels = labels(handle, rows.stream().map(Row::id).toList());
    List<Job> jobs = new ArrayList<>(rows.size());
    for (Row row : rows) {
      Map<String, String> own = labels.getOrDefault(row.id(), Map.of());
      jobs.add(withLabels(row.withoutLabels(), own));
    }
    return jobs;
  }

  private static Map<String, Map<String, String>> labels(Handle handle, Collection<String> ids) {
    Map<String, Map<String, String>> labels = new LinkedHashMap<>();
    SqlList list = SqlList.of("id", ids);
    list.bind(
            handle.createQuery(
                "SELECT job_id, label_name, label_value FROM job_labels WHERE job_id IN "
                    + list.placeholders()))
        .map(
            (row, context) ->
                labels
                    .computeIfAbsent(row.getString(1), id -> new LinkedHashMap<>())
                    .put(row.getString(2), row.getString(3)))
        .list();
    return labels;
  }

  void insertLabels(Handle handle, String id, Map<String, String> labels) {
    if (labels.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO job_labels (job_id, label_name, label_value) VALUES (:id, :name, :value)");
    labels.forEach(
        (name, value) -> batch.bind("id", id).bind("name", name).bind("value", value).add());
    batch.execute();
  }

  Map<String, Head> heads(Handle handle, Collection<String> ids) {
    Map<String, Head> heads = new LinkedHashMap<>();
    SqlList list = SqlList.of("id", ids);
    list.bind(
            handle
                .createQuery(
                    "SELECT id, state, last_event FROM jobs WHERE kind = :kind AND id IN "
                        + list.placeholders())
                .bind("kind", kind))
        .map(
            (row, context) ->
                heads.put(
                    row.getString(1), new Head(JobState.valueOf(row.getString(2)), row.getLong(3))))
        .list();
    return heads;
  }

  /**
   * Appends the event of a change of state, numbered by the {@code last_event} just written, with
   * the error that the job then has.
   */
  void insertStateEvent(Handle handle, String id, Instant now) {
    handle
        .createUpdate(
            "INSERT INTO job_events (job_id, event_number, event_time, attempt, state, payload)"
                + " SELECT id, last_event, :now, attempt, state, COALESCE(error, :empty) FROM jobs"
                + " WHERE id = :id")
        .bind("id", id)
        .bind("now", now)
        .bind("empty", new byte[0])
        .execute();
  }

  void insertEvents(
      Handle handle,
      String id,
      long firstNumber,
      Instant now,
      int attempt,
      List<ByteString> events) {
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO job_events (job_id, event_number, event_time, attempt, payload)"
                + " VALUES (:id, :number, :now, :attempt, :payload)");
    long number = firstNumber;
    for (ByteString event : events) {
      batch
          .bind("id", id)
          .bind("number", number++)
          .bind("now", now)
          .bind("attempt", attempt)
          .bind("payload", event.toByteArray())
          .add();
    }
    batch.execute();
  }

  /**
   * Events after a number, in order: at most {@code limit}, fewer where they are large, one at
   * least.
   */
  List<JobEvent> eventsAfter(Handle handle, String id, long after, int limit, int byteLimit) {
    return handle
        .createQuery(
            "SELECT event_number, event_time, attempt, state, payload FROM job_events"
                + " WHERE job_id = :id AND event_number > :after ORDER BY event_number LIMIT :limit")
        .bind("id", id)
        .bind("after", after)
        .bind("limit", limit)
        .setFetchSize(64)
        .scanResultSet(
            (results, context) -> {
              ResultSet row = results.get();
              List<JobEvent> events = new ArrayList<>();
              int bytes = 0;
              while (bytes < byteLimit && row.next()) {
                JobEvent event = event(row);
                bytes += event.payload().size();
                events.add(event);
              }
              return events;
            });
  }

  private static JobEvent event(ResultSet row) throws SQLException {
    return new JobEvent(
        row.getLong("event_number"),
        time(row, "event_time").orElseThrow(),
        row.getInt("attempt"),
        Optional.ofNullable(row.getString("state")).map(JobState::valueOf),
        bytes(row, "payload").orElseThrow());
  }

  private static Job job(ResultSet row, Map<String, String> labels) throws SQLException {
    String requestId = row.getString("request_id");
    String directive = row.getString("directive");
    return new Job(
        row.getString("id"),
        row.getString("kind"),
        new JobRequest(
            requestId == null ? "" : requestId,
            bytes(row, "spec").orElseThrow(),
            row.getInt("priority"),
            Optional.ofNullable(row.getString("parent")),
            labels),
        JobState.valueOf(row.getString("state")),
        Directive.CANCEL.name().equals(directive),
        row.getDouble("progress_fraction"),
        bytes(row, "progress").orElseThrow(),
        bytes(row, "result"),
        bytes(row, "error"),
        row.getInt("attempt"),
        row.getLong("last_event"),
        row.getLong("version"),
        time(row, "create_time").orElseThrow(),
        time(row, "queue_time").orElseThrow(),
        time(row, "start_time"),
        time(row, "end_time"),
        time(row, "update_time").orElseThrow());
  }

  private static Job withLabels(Job job, Map<String, String> labels) {
    return labels.isEmpty()
        ? job
        : new Job(
            job.id(),
            job.kind(),
            job.request().withLabels(labels),
            job.state(),
            job.cancelRequested(),
            job.progress(),
            job.progressDetail(),
            job.result(),
            job.error(),
            job.attempt(),
            job.lastEvent(),
            job.version(),
            job.createTime(),
            job.queueTime(),
            job.startTime(),
            job.endTime(),
            job.updateTime());
  }

  private static Optional<ByteString> bytes(ResultSet row, String column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    return bytes == null ? Optional.empty() : Optional.of(ByteString.copyFrom(bytes));
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? Optional.empty() : Optional.of(time.toInstant());
  }
}
