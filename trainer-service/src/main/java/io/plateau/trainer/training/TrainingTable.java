package io.plateau.trainer.training;

import com.google.protobuf.InvalidProtocolBufferException;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.service.database.Database;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** What each training's specification led to when it was asked for: its network and its data. */
final class TrainingTable {
  private final Database database;

  TrainingTable(Database database) {
    this.database = database;
  }

  /** Writes it in the transaction that makes the job. */
  void insert(Handle handle, String id, Training resolved) {
    handle
        .createUpdate("INSERT INTO trainings (job_id, resolved) VALUES (:id, :resolved)")
        .bind("id", id)
        .bind("resolved", resolved.toByteArray())
        .execute();
  }

  /** Reads it; an empty message for a training that is not there any more. */
  Training get(String id) {
    return get(List.of(id)).getOrDefault(id, Training.getDefaultInstance());
  }

  /** Reads many at once. */
  Map<String, Training> get(Collection<String> ids) {
    Map<String, Training> found = new HashMap<>();
    if (ids.isEmpty()) {
      return found;
    }
    database.inTransaction(
        handle -> {
          Query query =
              handle
                  .createQuery("SELECT job_id, resolved FROM trainings WHERE job_id IN (<ids>)")
                  .bindList("ids", List.copyOf(ids));
          return query
              .map(
                  (row, context) ->
                      found.put(row.getString(1), parse(row.getString(1), row.getBytes(2))))
              .list();
        });
    return found;
  }

  private static Training parse(String id, byte[] bytes) {
    try {
      return Training.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the row of training '" + id + "' is damaged", e);
    }
  }
}
