package io.plateau.service.jobs;

import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * The rows of db-scheduler's table that belong to one kind of job; the instance is the job's id.
 *
 * <p>They are written in the transaction that changes the job, so that there is never a queued job
 * without a task. The library's client would need a transaction of its own.
 */
record TaskTable(String taskName) {
  static TaskTable ofKind(String kind) {
    return new TaskTable("plateau-" + kind);
  }

  /** Lets a worker run the job; takes it from a worker that has already ended it. */
  void enqueue(Handle handle, String id, int priority, Instant time) {
    int updated =
        handle
            .createUpdate(
                "UPDATE scheduled_tasks SET picked = FALSE, picked_by = NULL, last_heartbeat = NULL,"
                    + " execution_time = :time, priority = :priority, consecutive_failures = 0,"
                    + " version = version + 1 WHERE task_name = :task AND task_instance = :id")
            .bind("task", taskName)
            .bind("id", id)
            .bind("time", time)
            .bind("priority", priority)
            .execute();
    if (updated == 0) {
      handle
          .createUpdate(
              "INSERT INTO scheduled_tasks (task_name, task_instance, execution_time, picked, version,"
                  + " consecutive_failures, priority)"
                  + " VALUES (:task, :id, :time, FALSE, 1, 0, :priority)")
          .bind("task", taskName)
          .bind("id", id)
          .bind("time", time)
          .bind("priority", priority)
          .execute();
    }
  }

  /** Takes a job back that no worker has picked; a worker that has finds out by the job's state. */
  void dequeue(Handle handle, String id) {
    handle
        .createUpdate(
            "DELETE FROM scheduled_tasks"
                + " WHERE task_name = :task AND task_instance = :id AND picked = FALSE")
        .bind("task", taskName)
        .bind("id", id)
        .execute();
  }

  /**
   * Whether the task is still picked as it was at this version, hence not given to another worker.
   */
  boolean isPicked(Handle handle, String id, long version) {
    return handle
        .createQuery(
            "SELECT 1 FROM scheduled_tasks WHERE task_name = :task AND task_instance = :id"
                + " AND picked = TRUE AND version = :version FOR UPDATE")
        .bind("task", taskName)
        .bind("id", id)
        .bind("version", version)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /**
   * Frees every task that is picked by a worker of another session.
   *
   * @return how many
   */
  int release(Handle handle, String session, Instant now) {
    return handle
        .createUpdate(
            "UPDATE scheduled_tasks SET picked = FALSE, picked_by = NULL, last_heartbeat = NULL,"
                + " execution_time = :now, version = version + 1"
                + " WHERE task_name = :task AND picked = TRUE AND picked_by NOT LIKE :own")
        .bind("task", taskName)
        .bind("now", now)
        .bind("own", session + "%")
        .execute();
  }
}
