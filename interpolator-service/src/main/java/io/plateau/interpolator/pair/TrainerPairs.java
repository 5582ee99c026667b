package io.plateau.interpolator.pair;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.ParameterFile;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.file.Sha256;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.Parameters;
import io.plateau.core.safetensors.SafetensorsException;
import io.plateau.proto.trainer.v1.Checkpoint;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.CheckpointPairServiceGrpc;
import io.plateau.proto.trainer.v1.GetPairRequest;
import io.plateau.proto.trainer.v1.PairView;
import io.plateau.proto.trainer.v1.ReadTensorsRequest;
import io.plateau.proto.trainer.v1.ReadTensorsResponse;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.errors.StatusDetails;
import io.plateau.service.translation.CheckpointTranslation;
import io.plateau.service.translation.DatasetTranslation;
import io.plateau.service.translation.DigestTranslation;
import io.plateau.service.translation.NetworkTranslation;
import io.plateau.service.translation.RequestField;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pairs of the trainer's catalogue. A checkpoint is read once, in a stream that goes on from where
 * it broke, and kept in the cache; its digest is checked while it comes and again on each use.
 */
public final class TrainerPairs {
  private static final Logger LOG = LoggerFactory.getLogger(TrainerPairs.class);
  private static final int FRUITLESS_ATTEMPTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final long CALL_SECONDS = 30;
  private static final long STREAM_SECONDS = 3600;
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final RequestField ANSWER = new RequestField("pair");

  private final Optional<CheckpointPairServiceGrpc.CheckpointPairServiceBlockingStub> trainer;
  private final CheckpointCache cache;

  /**
   * @param trainer a connection to it; empty if none is configured
   */
  public TrainerPairs(Optional<Channel> trainer, CheckpointCache cache) {
    this.trainer = trainer.map(CheckpointPairServiceGrpc::newBlockingStub);
    this.cache = cache;
  }

  /**
   * Finds a pair.
   *
   * @param name {@code pairs/{id}}
   * @param field that holds the name
   * @throws PlateauException PAIR_NOT_FOUND, TRAINER_UNAVAILABLE, or what the trainer says
   */
  public PairSource open(String name, RequestField field) {
    CheckpointPairServiceGrpc.CheckpointPairServiceBlockingStub stub =
        trainer.orElseThrow(
            () ->
                field.failure(
                    Reason.TRAINER_UNAVAILABLE,
                    "this server has no trainer (interpolator.trainer is empty); give a file:// URI"
                        + " as stored"));
    CheckpointPair pair;
    try {
      pair =
          stub.withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
              .getPair(
                  GetPairRequest.newBuilder()
                      .setName(name)
                      .setView(PairView.PAIR_VIEW_FULL)
                      .build())
              .getPair();
    } catch (StatusRuntimeException e) {
      throw failure(e, name, field);
    }
    return new TrainerPair(stub, name, described(pair, name, field));
  }

  private static PairDescription described(CheckpointPair pair, String name, RequestField field) {
    try {
      NetworkSpec network = NetworkTranslation.toCore(pair.getNetwork(), ANSWER.child("network"));
      Map<End, StoredEnd> ends = new HashMap<>();
      put(ends, End.INITIALIZATION, pair.getInitEnd());
      put(ends, End.MINIMIZER, pair.getFinalEnd());
      for (Checkpoint checkpoint : pair.getEpochCheckpointsList()) {
        put(ends, End.ofEpoch(checkpoint.getWhich().getEpoch()), checkpoint);
      }
      return new PairDescription(
          Optional.of(name),
          network,
          reference(pair.hasDataset(), pair.getDataset()),
          reference(pair.hasHeldOutDataset(), pair.getHeldOutDataset()),
          ends,
          pair.getTraining().isEmpty() ? Optional.empty() : Optional.of(pair.getTraining()),
          pair.hasTrainingRecord()
              ? OptionalLong.of(pair.getTrainingRecord().getSeed())
              : OptionalLong.empty());
    } catch (PlateauException e) {
      throw field.failure(
          e.reason() == Reason.NOT_IMPLEMENTED ? Reason.NOT_IMPLEMENTED : Reason.PAIR_CORRUPT,
          "the trainer describes " + name + " in a way that can't be used: " + e.getMessage(),
          e);
    }
  }

  private static void put(Map<End, StoredEnd> ends, End end, Checkpoint checkpoint) {
    ends.put(end, CheckpointTranslation.toCore(checkpoint, ANSWER.child("checkpoint")));
  }

  /** Data that this version can't resolve are as good as unknown: a request may name others. */
  private static Optional<DatasetReference> reference(
      boolean present, io.plateau.proto.common.v1.Dataset dataset) {
    if (!present) {
      return Optional.empty();
    }
    try {
      return Optional.of(DatasetTranslation.toReference(dataset, ANSWER.child("dataset")));
    } catch (PlateauException e) {
      LOG.debug("Data of a pair can't be resolved", e);
      return Optional.empty();
    }
  }

  /**
   * What a failed call is told as. The call's own exception is no cause of it: gRPC would send the
   * status that it finds there.
   */
  private static PlateauException failure(
      StatusRuntimeException e, String name, RequestField field) {
    LOG.debug("A call of the trainer failed", e);
    StatusDetails told = StatusDetails.of(e);
    Optional<Reason> reason = told.knownReason();
    boolean away =
        switch (told.code()) {
          case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, UNKNOWN -> true;
          default -> false;
        };
    if (away && Context.current().isCancelled()) {
      return PlateauException.of(Reason.CANCELLED, "The caller ended the work.");
    }
    if (away) {
      return PlateauException.builder(
              Reason.TRAINER_UNAVAILABLE,
              "The trainer can't be reached: " + told.message() + "; check that it runs")
          .retryAfter(told.retryDelay().orElse(RETRY))
          .metadata("pair", name)
          .build();
    }
    if (told.code() == Status.Code.UNIMPLEMENTED && reason.isEmpty()) {
      return PlateauException.of(
          Reason.TRAINER_UNAVAILABLE,
          "At interpolator.trainer no trainer answers: " + told.message());
    }
    return field.failure(
        reason.orElse(
            told.code() == Status.Code.NOT_FOUND ? Reason.PAIR_NOT_FOUND : Reason.INTERNAL),
        "the trainer says: " + told.message());
  }

  private final class TrainerPair implements PairSource {
    private final CheckpointPairServiceGrpc.CheckpointPairServiceBlockingStub stub;
    private final String name;
    private final PairDescription description;

    TrainerPair(
        CheckpointPairServiceGrpc.CheckpointPairServiceBlockingStub stub,
        String name,
        PairDescription description) {
      this.stub = stub;
      this.name = name;
      this.description = description;
    }

    @Override
    public PairDescription description() {
      return description;
    }

    @Override
    public void fetch(End end, BooleanSupplier stopped) {
      var unused = file(end, stored(end), stopped);
    }

    private StoredEnd stored(End end) {
      StoredEnd stored = description.ends().get(end);
      if (stored == null) {
        throw PlateauException.builder(
                Reason.CHECKPOINT_NOT_FOUND, name + " has no " + end.fileName())
            .metadata("name", name)
            .metadata("checkpoint", end.fileName())
            .build();
      }
      return stored;
    }

    private Path file(End end, StoredEnd stored, BooleanSupplier stopped) {
      return cache.get(
          stored.sha256(),
          stored.bytes(),
          (target, sha256) -> download(end, stored, target, sha256),
          stopped);
    }

    @Override
    public Parameters read(End end, BooleanSupplier stopped) {
      StoredEnd stored = stored(end);
      for (int attempt = 1; ; attempt++) {
        Path file = file(end, stored, stopped);
        try {
          return parse(file, stored);
        } catch (SafetensorsException e) {
          throw PlateauException.builder(
                  Reason.PAIR_CORRUPT, name + "/" + end.fileName() + ": " + e.getMessage())
              .metadata("name", name)
              .metadata("file", end.fileName())
              .cause(e)
              .build();
        } catch (IOException e) {
          // Dropped for another file between finding and opening it, or damaged on disk.
          LOG.warn("The cached checkpoint {} can't be used; reading it again", file, e);
          cache.drop(stored.sha256());
          if (attempt == 2) {
            throw PlateauException.builder(
                    Reason.STORE_UNAVAILABLE, "The cache of checkpoints can't be read: " + e)
                .retryAfter(RETRY)
                .cause(e)
                .build();
          }
        }
      }
    }

    private Parameters parse(Path file, StoredEnd stored) throws IOException {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
        String actual = digest(channel);
        if (!actual.equals(stored.sha256())) {
          throw new IOException("its digest is " + actual);
        }
        channel.position(0);
        return ParameterFile.read(
            channel,
            stored.bytes(),
            file.getFileName().toString(),
            ParameterLayout.of(description.network()));
      }
    }

    /**
     * Reads a checkpoint, from where it broke when the stream breaks; gives up after several breaks
     * without a byte in between.
     */
    private void download(End end, StoredEnd stored, FileChannel target, MessageDigest sha256)
        throws IOException {
      long offset = 0;
      int fruitless = 0;
      Duration pause = FIRST_PAUSE;
      while (true) {
        long before = offset;
        try {
          offset = stream(end, stored, offset, target, sha256);
          if (offset == stored.bytes()) {
            return;
          }
          throw Status.UNAVAILABLE
              .withDescription("the stream ended after " + offset + " bytes")
              .asRuntimeException();
        } catch (StatusRuntimeException e) {
          offset = target.position();
          boolean broken =
              e.getStatus().getCode() == Status.Code.UNAVAILABLE
                  || e.getStatus().getCode() == Status.Code.UNKNOWN
                  || e.getStatus().getCode() == Status.Code.INTERNAL
                  || e.getStatus().getCode() == Status.Code.CANCELLED;
          fruitless = offset > before ? 0 : fruitless + 1;
          if (!broken
              || fruitless == FRUITLESS_ATTEMPTS
              || Thread.currentThread().isInterrupted()) {
            throw failure(e, name, RequestField.REQUEST);
          }
          LOG.info(
              "Reading {} of {} broke at byte {}; going on: {}",
              end.fileName(),
              name,
              offset,
              e.getStatus());
          pause = fruitless == 0 ? FIRST_PAUSE : pause.multipliedBy(2);
          sleep(pause);
        }
      }
    }

    private long stream(
        End end, StoredEnd stored, long offset, FileChannel target, MessageDigest sha256)
        throws IOException {
      MessageDigest ofCall = Sha256.newDigest();
      Context.CancellableContext call = Context.ROOT.withCancellation();
      Context previous = call.attach();
      try {
        Iterator<ReadTensorsResponse> answers =
            stub.withDeadlineAfter(STREAM_SECONDS, TimeUnit.SECONDS)
                .readTensors(
                    ReadTensorsRequest.newBuilder()
                        .setName(name)
                        .setCheckpoint(CheckpointTranslation.toProto(end))
                        .setOffset(offset)
                        .build());
        long position = offset;
        while (answers.hasNext()) {
          ReadTensorsResponse answer = answers.next();
          if (answer.hasFile()) {
            requireSameFile(answer, stored);
          }
          ByteString data = answer.getChunk().getData();
          if (answer.getChunk().getOffset() != position && !data.isEmpty()) {
            throw corrupt("a chunk is for byte " + answer.getChunk().getOffset(), position, stored);
          }
          if (data.size() > stored.bytes() - position) {
            throw corrupt("more bytes came than the file has", position, stored);
          }
          for (ByteBuffer part : data.asReadOnlyByteBufferList()) {
            sha256.update(part.duplicate());
            ofCall.update(part.duplicate());
            CheckpointCache.writeFully(target, part);
          }
          position += data.size();
          if (!answer.getChunk().getDigest().isEmpty()
              && !DigestTranslation.toProto(Sha256.hex(ofCall))
                  .equals(answer.getChunk().getDigest())) {
            throw corrupt("the bytes were changed on their way", position, stored);
          }
        }
        return position;
      } finally {
        call.detach(previous);
        call.cancel(null);
      }
    }

    private void requireSameFile(ReadTensorsResponse answer, StoredEnd stored) {
      String digest = answer.getFile().getDigest();
      if (answer.getFile().getBytes() != stored.bytes()
          || (!digest.isEmpty() && !digest.equals(DigestTranslation.toProto(stored.sha256())))) {
        throw corrupt("another file is sent than the catalogue describes", 0, stored);
      }
    }

    private PlateauException corrupt(String problem, long position, StoredEnd stored) {
      return PlateauException.builder(
              Reason.PAIR_CORRUPT,
              "Reading " + name + " from the trainer: " + problem + " (at byte " + position + ")")
          .metadata("name", name)
          .metadata("expected", DigestTranslation.toProto(stored.sha256()))
          .build();
    }
  }

  private static String digest(FileChannel channel) throws IOException {
    MessageDigest sha256 = Sha256.newDigest();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    while (channel.read(buffer) >= 0) {
      sha256.update(buffer.flip());
      buffer.clear();
    }
    return Sha256.hex(sha256);
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
