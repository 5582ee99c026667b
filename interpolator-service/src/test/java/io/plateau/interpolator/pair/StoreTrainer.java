package io.plateau.interpolator.pair;

import com.google.protobuf.ByteString;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.LocalCheckpointStore;
import io.plateau.core.checkpoint.Manifest;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.file.Sha256;
import io.plateau.proto.trainer.v1.CheckpointPairServiceGrpc;
import io.plateau.proto.trainer.v1.FileChunk;
import io.plateau.proto.trainer.v1.GetPairRequest;
import io.plateau.proto.trainer.v1.GetPairResponse;
import io.plateau.proto.trainer.v1.ReadTensorsRequest;
import io.plateau.proto.trainer.v1.ReadTensorsResponse;
import io.plateau.proto.trainer.v1.TensorFile;
import io.plateau.service.errors.ErrorInterceptor;
import io.plateau.service.translation.CheckpointPairTranslation;
import io.plateau.service.translation.CheckpointTranslation;
import io.plateau.service.translation.CoreErrors;
import io.plateau.service.translation.DigestTranslation;
import io.plateau.service.translation.RequestField;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The trainer's pairs served from a store, on a real port, with faults to order. */
final class StoreTrainer extends CheckpointPairServiceGrpc.CheckpointPairServiceImplBase
    implements AutoCloseable {
  private static final int CHUNK = 1024;

  private final LocalCheckpointStore store;
  private final Server server;

  /** Offsets of the reads that were asked for. */
  final List<Long> offsets = Collections.synchronizedList(new ArrayList<>());

  /** How many reads yet break after a chunk. */
  final AtomicInteger breaks = new AtomicInteger();

  /** Changes a byte of every read. */
  volatile boolean corrupts;

  /** Holds reads back until it is counted down. */
  volatile CountDownLatch gate = new CountDownLatch(0);

  StoreTrainer(LocalCheckpointStore store) throws IOException {
    this.store = store;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(this)
            .intercept(new ErrorInterceptor(CoreErrors.translators()))
            .build()
            .start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  @Override
  public void getPair(GetPairRequest request, StreamObserver<GetPairResponse> observer) {
    Manifest manifest = store.manifest(id(request.getName()));
    observer.onNext(
        GetPairResponse.newBuilder()
            .setPair(CheckpointPairTranslation.toProto(manifest, Optional.of("trainings/t")))
            .build());
    observer.onCompleted();
  }

  @Override
  public void readTensors(
      ReadTensorsRequest request, StreamObserver<ReadTensorsResponse> observer) {
    offsets.add(request.getOffset());
    String pair = id(request.getName());
    End end =
        CheckpointTranslation.toCore(
            request.getCheckpoint(), RequestField.REQUEST, End.INITIALIZATION);
    StoredEnd stored = store.manifest(pair).end(end).orElseThrow();
    MessageDigest digest = Sha256.newDigest();
    try (InputStream in = store.openFile(pair, end, request.getOffset())) {
      gate.await();
      long offset = request.getOffset();
      while (offset < stored.bytes()) {
        byte[] bytes = in.readNBytes(CHUNK);
        digest.update(bytes);
        if (corrupts && offset == 0) {
          bytes[bytes.length - 1] ^= 1;
        }
        ReadTensorsResponse.Builder response = ReadTensorsResponse.newBuilder();
        if (offset == request.getOffset()) {
          response.setFile(
              TensorFile.newBuilder()
                  .setName(end.fileName())
                  .setBytes(stored.bytes())
                  .setDigest(DigestTranslation.toProto(stored.sha256())));
        }
        FileChunk.Builder chunk =
            FileChunk.newBuilder().setOffset(offset).setData(ByteString.copyFrom(bytes));
        offset += bytes.length;
        if (offset == stored.bytes()) {
          chunk.setDigest(DigestTranslation.toProto(Sha256.hex(digest)));
        }
        observer.onNext(response.setChunk(chunk).build());
        if (offset < stored.bytes() && breaks.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
          observer.onError(Status.UNAVAILABLE.withDescription("cut").asRuntimeException());
          return;
        }
      }
      observer.onCompleted();
    } catch (IOException e) {
      observer.onError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String id(String name) {
    return name.substring("pairs/".length());
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
