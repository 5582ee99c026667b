package io.plateau.trainer.pair;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.plateau.core.checkpoint.CheckpointException;
import io.plateau.core.checkpoint.CheckpointStore;
import io.plateau.core.checkpoint.Manifest;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.file.Sha256;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.service.database.Database;
import io.plateau.service.database.Migrations;
import io.plateau.service.listing.Condition;
import io.plateau.service.listing.ListStatement;
import io.plateau.service.listing.ListTable;
import io.plateau.service.listing.SortKey;
import io.plateau.service.translation.CheckpointPairTranslation;
import io.plateau.trainer.metrics.TrainerMetrics.CatalogueSize;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An index of the store's pairs in SQL, for lists. All that it says comes from the manifests. */
public final class PairCatalogue {
  /** The trainer's tables; they need those of jobs. */
  public static final Migrations MIGRATIONS =
      new Migrations("trainer", "classpath:io/plateau/trainer/migration");

  private static final ListTable LISTED =
      ListTable.of("pairs")
          .time("create_time", "create_time")
          .text("training", "training", Set.of())
          .labels("pair_labels", "pair_id")
          .build();
  private static final Logger LOG = LoggerFactory.getLogger(PairCatalogue.class);

  private final Database database;
  private final CheckpointStore store;

  /**
   * @param database opened with {@link #MIGRATIONS}
   * @param store whose pairs are listed
   */
  public PairCatalogue(Database database, CheckpointStore store) {
    this.database = database;
    this.store = store;
  }

  /** Brings the catalogue to what the store holds, both of them being used by others meanwhile. */
  public void reconcile() {
    Set<String> listed =
        new HashSet<>(
            database.inTransaction(
                handle -> handle.createQuery("SELECT id FROM pairs").mapTo(String.class).list()));
    Set<String> stored = new HashSet<>(store.list());
    int added = 0;
    for (String id : stored) {
      if (!listed.contains(id) && index(id).isPresent()) {
        added++;
      }
    }
    int removed = 0;
    for (String id : listed) {
      if (!stored.contains(id) && !store.exists(id)) {
        remove(id);
        removed++;
      }
    }
    if (added > 0 || removed > 0) {
      LOG.info("Catalogue of pairs: {} added and {} removed to match the store", added, removed);
    }
  }

  /**
   * Everything of a pair. A training record is what only a training leaves, and its pair has the
   * training's id.
   */
  static CheckpointPair full(Manifest manifest) {
    CheckpointPair pair =
        CheckpointPairTranslation.toProto(
            manifest, manifest.training().map(record -> "trainings/" + manifest.pair()));
    return pair.toBuilder().setEtag(etag(pair)).build();
  }

  /** Adds a pair, or does nothing if it is there. */
  void add(Manifest manifest) {
    CheckpointPair pair = full(manifest);
    byte[] summary = PairViews.basic(pair).toByteArray();
    long bytes =
        manifest.initial().bytes()
            + manifest.minimizer().bytes()
            + manifest.epochs().values().stream().mapToLong(StoredEnd::bytes).sum();
    database.inTransaction(
        handle -> {
          int inserted =
              handle
                  .createUpdate(
                      "INSERT INTO pairs (id, training, create_time, bytes, etag, summary) VALUES (:id,"
                          + " :training, :time, :bytes, :etag, :summary) ON CONFLICT DO NOTHING")
                  .bind("id", manifest.pair())
                  .bind("training", manifest.training().isPresent() ? manifest.pair() : null)
                  .bind("time", manifest.created().truncatedTo(ChronoUnit.MICROS))
                  .bind("bytes", bytes)
                  .bind("etag", pair.getEtag())
                  .bind("summary", summary)
                  .execute();
          if (inserted > 0) {
            insertLabels(handle, manifest.pair(), manifest.labels());
          }
          return inserted;
        });
  }

  private static void insertLabels(Handle handle, String id, Map<String, String> labels) {
    if (labels.isEmpty()) {
      return;
    }
    PreparedBatch batch =
        handle.prepareBatch(
            "INSERT INTO pair_labels (pair_id, label_name, label_value)"
                + " VALUES (:id, :name, :value)");
    labels.forEach(
        (name, value) -> batch.bind("id", id).bind("name", name).bind("value", value).add());
    batch.execute();
  }

  /** Removes a pair from the list. */
  void remove(String id) {
    database.inTransaction(handle -> handle.execute("DELETE FROM pairs WHERE id = ?", id));
  }

  /**
   * The basic view of a pair; one that the store has and the list lacks is added.
   *
   * @throws CheckpointException if its manifest can't be read
   */
  Optional<CheckpointPair> find(String id) {
    Optional<CheckpointPair> listed =
        database.inTransaction(
            handle ->
                handle
                    .createQuery("SELECT summary FROM pairs WHERE id = :id")
                    .bind("id", id)
                    .map((row, context) -> parse(id, row.getBytes(1)))
                    .findOne());
    return listed.isPresent() || !store.exists(id) ? listed : index(id);
  }

  /**
   * A page of a list.
   *
   * @param pairs in the basic view, in the order asked for
   * @param nextPageToken empty on the last page
   */
  record Page(List<CheckpointPair> pairs, String nextPageToken) {}

  /**
   * Lists pairs over {@code labels.KEY}, {@code training} (its id) and {@code create_time}.
   *
   * @throws io.plateau.service.listing.ListException if conditions, order or token can't be used
   */
  Page list(List<Condition> conditions, List<SortKey> order, int size, String pageToken) {
    record Row(String id, Instant created, CheckpointPair pair) {}

    ListStatement statement = LISTED.statement(conditions, order, pageToken);
    List<Row> rows =
        database.inTransaction(
            handle ->
                statement
                    .query(handle, size + 1)
                    .map(
                        (row, context) ->
                            new Row(
                                row.getString("id"),
                                row.getObject("create_time", OffsetDateTime.class).toInstant(),
                                parse(row.getString("id"), row.getBytes("summary"))))
                    .list());
    List<Row> page = rows.subList(0, Math.min(size, rows.size()));
    List<CheckpointPair> pairs = page.stream().map(Row::pair).toList();
    if (rows.size() <= size) {
      return new Page(pairs, "");
    }
    Row last = page.get(size - 1);
    return new Page(pairs, statement.tokenAfter(field -> last.created(), last.id()));
  }

  private Optional<CheckpointPair> index(String id) {
    try {
      add(store.manifest(id));
    } catch (CheckpointException e) {
      LOG.warn("Pair {} can't be listed", id, e);
      return Optional.empty();
    }
    return database.inTransaction(
        handle ->
            handle
                .createQuery("SELECT summary FROM pairs WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> parse(id, row.getBytes(1)))
                .findOne());
  }

  /** How many pairs there are, and their bytes. */
  public CatalogueSize size() {
    return database.inTransaction(
        handle ->
            handle
                .createQuery("SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM pairs")
                .map((row, context) -> new CatalogueSize(row.getLong(1), row.getLong(2)))
                .one());
  }

  private static CheckpointPair parse(String id, byte[] summary) {
    try {
      return CheckpointPair.parseFrom(summary);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the row of pair '" + id + "' is damaged", e);
    }
  }

  /** A pair never changes, so a digest of what a caller sees is all that an etag needs. */
  private static String etag(CheckpointPair pair) {
    byte[] bytes = new byte[pair.getSerializedSize()];
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      pair.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("an array can't fail", e);
    }
    return Sha256.of(bytes).substring(0, 16);
  }
}
