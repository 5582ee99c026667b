package io.plateau.trainer.pair;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.plateau.core.checkpoint.CheckpointException;
import io.plateau.core.checkpoint.CheckpointStore;
import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.Manifest;
import io.plateau.core.checkpoint.ManifestJson;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.file.Sha256;
import io.plateau.proto.trainer.v1.ExportPairResponse;
import io.plateau.proto.trainer.v1.FileChunk;
import io.plateau.proto.trainer.v1.ReadTensorsRequest;
import io.plateau.proto.trainer.v1.ReadTensorsResponse;
import io.plateau.proto.trainer.v1.TensorFile;
import io.plateau.proto.trainer.v1.TensorFormat;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.limits.BoundedExecutor;
import io.plateau.service.streaming.FlowControlledStream;
import io.plateau.service.streaming.OpenStreams;
import io.plateau.service.streaming.ShutdownPolicy;
import io.plateau.service.streaming.StreamClosedException;
import io.plateau.service.translation.CheckpointTranslation;
import io.plateau.service.translation.DigestTranslation;
import io.plateau.service.translation.RequestField;
import io.plateau.trainer.metrics.TrainerMetrics;
import io.plateau.trainer.metrics.TrainerMetrics.StreamKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** Sends the files of pairs in chunks, as fast as the client takes them. */
public final class PairTransfers {
  private static final int DEFAULT_CHUNK = 1 << 20;
  private static final int ROOM_FOR_THE_REST = 4096;
  private static final int RING = 2;

  private final CheckpointStore store;
  private final BoundedExecutor executor;
  private final OpenStreams streams;
  private final TrainerMetrics metrics;
  private final int largestChunk;

  /**
   * @param executor that reads run on
   * @param maxMessageBytes limit of one message
   */
  public PairTransfers(
      CheckpointStore store,
      BoundedExecutor executor,
      OpenStreams streams,
      TrainerMetrics metrics,
      int maxMessageBytes) {
    this.store = store;
    this.executor = executor;
    this.streams = streams;
    this.metrics = metrics;
    this.largestChunk = maxMessageBytes - ROOM_FOR_THE_REST;
  }

  /** Sends a checkpoint's file from an offset on. */
  void read(String id, ReadTensorsRequest request, StreamObserver<ReadTensorsResponse> observer) {
    End end =
        CheckpointTranslation.toCore(
            request.getCheckpoint(), RequestField.REQUEST.child("checkpoint"), End.INITIALIZATION);
    StoredEnd stored = stored(manifest(id), end);
    if (request.getOffset() > stored.bytes()) {
      throw PlateauException.builder(
              Reason.POSITION_OUT_OF_RANGE,
              "offset: "
                  + request.getOffset()
                  + " is beyond the end of "
                  + end.fileName()
                  + ", which has "
                  + stored.bytes()
                  + " bytes.")
          .field("offset", "must be at most " + stored.bytes())
          .metadata("last", stored.bytes())
          .build();
    }
    int chunk =
        Math.min(largestChunk, request.hasChunkBytes() ? request.getChunkBytes() : DEFAULT_CHUNK);
    FlowControlledStream<ReadTensorsResponse> stream =
        streams.open(
            observer,
            RING,
            ShutdownPolicy.FINISH_WITHIN_GRACE,
            seconds -> metrics.blocked(StreamKind.READ, seconds));
    run(
        stream,
        () -> {
          try (InputStream in = store.openFile(id, end, request.getOffset())) {
            send(
                stream,
                StreamKind.READ,
                new Source(id, end.fileName(), in, stored.bytes(), Optional.of(stored.sha256())),
                request.getOffset(),
                chunk,
                (file, part) -> {
                  ReadTensorsResponse.Builder message =
                      ReadTensorsResponse.newBuilder().setChunk(part);
                  file.ifPresent(message::setFile);
                  return message.build();
                });
          }
        });
  }

  /** Sends every file of a pair, the manifest last. */
  void export(String id, TensorFormat format, StreamObserver<ExportPairResponse> observer) {
    switch (format) {
      case TENSOR_FORMAT_UNSPECIFIED, TENSOR_FORMAT_SAFETENSORS -> {}
      case TENSOR_FORMAT_NPZ, TENSOR_FORMAT_DL4J, UNRECOGNIZED ->
          throw RequestField.REQUEST
              .child("format")
              .unsupported("export as " + format, "give TENSOR_FORMAT_SAFETENSORS");
    }
    Manifest manifest = manifest(id);
    FlowControlledStream<ExportPairResponse> stream =
        streams.open(
            observer,
            RING,
            ShutdownPolicy.FINISH_WITHIN_GRACE,
            seconds -> metrics.blocked(StreamKind.EXPORT, seconds));
    run(stream, () -> export(manifest, stream));
  }

  private void export(Manifest manifest, FlowControlledStream<ExportPairResponse> stream)
      throws IOException {
    List<End> ends = new ArrayList<>(List.of(End.INITIALIZATION, End.MINIMIZER));
    manifest.epochs().keySet().forEach(epoch -> ends.add(End.ofEpoch(epoch)));
    for (End end : ends) {
      StoredEnd stored = stored(manifest, end);
      try (InputStream in = store.openFile(manifest.pair(), end, 0)) {
        Source source =
            new Source(
                manifest.pair(), end.fileName(), in, stored.bytes(), Optional.of(stored.sha256()));
        exportFile(stream, source);
      }
    }
    byte[] json = ManifestJson.write(manifest);
    exportFile(
        stream,
        new Source(
            manifest.pair(),
            "manifest.json",
            new ByteArrayInputStream(json),
            json.length,
            Optional.of(Sha256.of(json))));
  }

  private void exportFile(FlowControlledStream<ExportPairResponse> stream, Source source)
      throws IOException {
    send(
        stream,
        StreamKind.EXPORT,
        source,
        0,
        Math.min(largestChunk, DEFAULT_CHUNK),
        (file, part) -> {
          ExportPairResponse.Builder message = ExportPairResponse.newBuilder().setChunk(part);
          file.ifPresent(message::setFile);
          return message.build();
        });
  }

  /** A file to send: its stream begins at the offset from which it is sent. */
  private record Source(
      String pair, String name, InputStream in, long bytes, Optional<String> sha256) {}

  private <M> void send(
      FlowControlledStream<M> stream,
      StreamKind kind,
      Source source,
      long offset,
      int chunk,
      BiFunction<Optional<TensorFile>, FileChunk, M> message)
      throws IOException {
    TensorFile.Builder file =
        TensorFile.newBuilder().setName(source.name()).setBytes(source.bytes());
    source.sha256().map(DigestTranslation::toProto).ifPresent(file::setDigest);
    Optional<TensorFile> first = Optional.of(file.build());
    MessageDigest sha256 = Sha256.newDigest();
    long position = offset;
    do {
      int wanted = (int) Math.min(chunk, source.bytes() - position);
      byte[] bytes = source.in().readNBytes(wanted);
      if (bytes.length < wanted) {
        throw corrupt(source, "ends after " + (position + bytes.length) + " bytes");
      }
      sha256.update(bytes);
      FileChunk.Builder part =
          FileChunk.newBuilder().setOffset(position).setData(ByteString.copyFrom(bytes));
      position += wanted;
      if (position == source.bytes()) {
        String digest = Sha256.hex(sha256);
        if (offset == 0 && source.sha256().isPresent() && !digest.equals(source.sha256().get())) {
          throw corrupt(source, "has SHA-256 " + digest);
        }
        part.setDigest(DigestTranslation.toProto(digest));
      }
      stream.send(message.apply(first, part.build()));
      metrics.transferred(kind, wanted);
      first = Optional.empty();
    } while (position < source.bytes());
  }

  private static PlateauException corrupt(Source source, String what) {
    return PlateauException.builder(
            Reason.PAIR_CORRUPT,
            "pair '"
                + source.pair()
                + "': "
                + source.name()
                + ": "
                + what
                + "; stored were "
                + source.bytes()
                + " bytes with SHA-256 "
                + source.sha256().orElse("unknown"))
        .metadata("name", "pairs/" + source.pair())
        .metadata("file", source.name())
        .metadata("expected", source.sha256().orElse(""))
        .metadata("actual", what)
        .build();
  }

  private interface Sending {
    void run() throws IOException;
  }

  private void run(FlowControlledStream<?> stream, Sending sending) {
    try {
      executor.execute(
          () -> {
            try {
              sending.run();
              stream.complete();
            } catch (StreamClosedException gone) {
              // Nobody is there to be told.
              stream.fail(gone);
            } catch (IOException e) {
              stream.fail(
                  new CheckpointException(
                      CheckpointException.Reason.UNAVAILABLE, "can't read the pair: " + e, e));
            } catch (RuntimeException e) {
              stream.fail(e);
            }
          });
    } catch (PlateauException full) {
      stream.fail(full);
    }
  }

  private Manifest manifest(String id) {
    try {
      return store.manifest(id);
    } catch (CheckpointException e) {
      throw PairEndpoint.failure(id, e);
    }
  }

  private static StoredEnd stored(Manifest manifest, End end) {
    return manifest
        .end(end)
        .orElseThrow(
            () ->
                PlateauException.builder(
                        Reason.CHECKPOINT_NOT_FOUND,
                        "pair '"
                            + manifest.pair()
                            + "' has no checkpoint of epoch "
                            + end.epoch().getAsInt()
                            + "; it has "
                            + manifest.epochs().keySet())
                    .metadata("name", "pairs/" + manifest.pair())
                    .metadata("checkpoint", end.epoch().getAsInt())
                    .build());
  }
}
