package io.plateau.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.plateau.proto.common.v1.CheckpointRef;
import io.plateau.proto.common.v1.GetServerInfoRequest;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.common.v1.ServerServiceGrpc;
import io.plateau.proto.trainer.v1.CheckpointPairServiceGrpc;
import io.plateau.proto.trainer.v1.CreateTrainingRequest;
import io.plateau.proto.trainer.v1.ListPairsRequest;
import io.plateau.proto.trainer.v1.ListTrainingsRequest;
import io.plateau.proto.trainer.v1.ReadTensorsRequest;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingServiceGrpc;
import io.plateau.proto.trainer.v1.TrainingSpec;
import io.plateau.service.errors.Reason;
import io.plateau.service.errors.StatusDetails;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends bytes that were requests once. Whatever comes back is typed, and nothing is left behind.
 */
class MutatedRequestTest {
  private static final int MUTATIONS = 400;

  @Test
  void brokenRequestsGetATypedAnswerAndLeaveNothing(@TempDir Path directory) throws Exception {
    try (TrainerFixture trainer = new TrainerFixture(directory).start()) {
      String name = trainer.create(TrainerFixture.smallSpec().build()).getName();
      Training done = trainer.await(name, JobState.JOB_STATE_SUCCEEDED);
      List<Call> calls = calls(done);
      Random random = new Random(11);
      int refused = 0;
      for (int i = 0; i < MUTATIONS; i++) {
        Call call = calls.get(i % calls.size());
        refused +=
            send(trainer.channel(), call, mutate(call.request().toByteArray(), random)) ? 1 : 0;
      }
      // Most mutations break something; those that don't were valid requests.
      assertThat(refused).isGreaterThan(MUTATIONS / 2);
      assertThat(trainer.get(name)).isEqualTo(done);
      assertThat(trainings(trainer)).isEqualTo(1);
      try (var pairs = Files.list(directory.resolve("data/checkpoints/pairs"))) {
        assertThat(pairs).hasSize(1);
      }
      try (var left = Files.list(directory.resolve("data/checkpoints/uncommitted"))) {
        assertThat(left).isEmpty();
      }
      // It serves as before.
      String next = trainer.create(TrainerFixture.smallSpec().setSeed(2).build()).getName();
      trainer.await(next, JobState.JOB_STATE_SUCCEEDED);
    }
  }

  private record Call(MethodDescriptor<?, ?> method, ByteString request) {}

  /**
   * Reading calls, and creations that only validate: what a mutation leaves valid must not train.
   */
  private static List<Call> calls(Training training) {
    TrainingSpec.Builder spec = TrainerFixture.smallSpec().addCheckpointEpochs(3);
    spec.getLearningRateBuilder().setBase(0.1).getCosineBuilder().setFinalRate(0.01);
    spec.getOptimizerBuilder().getSgdBuilder().setMomentum(0.9).setNesterov(true);
    spec.getSaveIntervalBuilder().setSeconds(5);
    CreateTrainingRequest create =
        CreateTrainingRequest.newBuilder()
            .setSpec(spec)
            .putLabels("a", "b")
            .setRequestId("r")
            .setTrainingId("id")
            .setValidateOnly(true)
            .build();
    return List.of(
        // The flag comes last in the bytes; mutations stay in front of it.
        call(TrainingServiceGrpc.getCreateTrainingMethod(), create),
        call(TrainingServiceGrpc.getCreateTrainingMethod(), create),
        call(TrainingServiceGrpc.getCreateTrainingMethod(), create),
        call(
            TrainingServiceGrpc.getListTrainingsMethod(),
            ListTrainingsRequest.newBuilder()
                .setPageSize(3)
                .setFilter("labels.a = \"b\" AND state != FAILED")
                .setOrderBy("create_time desc, priority")
                .build()),
        call(
            CheckpointPairServiceGrpc.getListPairsMethod(),
            ListPairsRequest.newBuilder()
                .setFilter("labels.a = \"b\"")
                .setOrderBy("create_time")
                .setPageToken("abcdef")
                .build()),
        call(
            CheckpointPairServiceGrpc.getReadTensorsMethod(),
            ReadTensorsRequest.newBuilder()
                .setName(training.getPair())
                .setCheckpoint(CheckpointRef.newBuilder().setEnd(PairEnd.PAIR_END_FINAL))
                .setOffset(17)
                .setChunkBytes(1024)
                .build()),
        call(
            ServerServiceGrpc.getGetServerInfoMethod(), GetServerInfoRequest.getDefaultInstance()));
  }

  private static Call call(MethodDescriptor<?, ?> method, MessageLite request) {
    return new Call(method, request.toByteString());
  }

  /** Flips, cuts, repeats and inserts bytes; a final flag field keeps its place. */
  private static byte[] mutate(byte[] request, Random random) {
    byte[] tail =
        request.length > 2
            ? java.util.Arrays.copyOfRange(request, request.length - 2, request.length)
            : new byte[0];
    ByteString bytes = ByteString.copyFrom(request, 0, request.length - tail.length);
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = bytes.isEmpty() ? 0 : random.nextInt(bytes.size());
      byte[] some = new byte[1 + random.nextInt(4)];
      random.nextBytes(some);
      ByteString noise = ByteString.copyFrom(some);
      bytes =
          switch (random.nextInt(4)) {
            case 0 -> bytes.substring(0, at);
            case 1 -> bytes.substring(0, at).concat(noise).concat(bytes.substring(at));
            case 2 -> bytes.substring(0, at).concat(bytes.substring(at / 2));
            default ->
                bytes.isEmpty()
                    ? noise
                    : bytes
                        .substring(0, at)
                        .concat(
                            ByteString.copyFrom(
                                new byte[] {(byte) (bytes.byteAt(at) ^ (1 << random.nextInt(8)))}))
                        .concat(bytes.substring(at + 1));
          };
    }
    return bytes.concat(ByteString.copyFrom(tail)).toByteArray();
  }

  /** Whether the call was refused; what it was refused with must be typed. */
  private static boolean send(ManagedChannel channel, Call call, byte[] request) {
    MethodDescriptor<byte[], byte[]> raw =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(call.method().getType())
            .setFullMethodName(call.method().getFullMethodName())
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
    try {
      Iterator<byte[]> responses =
          ClientCalls.blockingServerStreamingCall(channel, raw, options, request);
      while (responses.hasNext()) {
        byte[] unused = responses.next();
      }
      return false;
    } catch (StatusRuntimeException failure) {
      StatusDetails details = StatusDetails.of(failure);
      assertThat(details.code())
          .as("%s", failure)
          .isNotIn(
              Status.Code.INTERNAL,
              Status.Code.UNKNOWN,
              Status.Code.DEADLINE_EXCEEDED,
              Status.Code.UNAVAILABLE);
      assertThat(details.domain()).as("%s", failure).isEqualTo(Reason.DOMAIN);
      assertThat(details.knownReason()).isPresent();
      return true;
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static int trainings(TrainerFixture trainer) {
    return trainer
        .trainings()
        .listTrainings(ListTrainingsRequest.getDefaultInstance())
        .getTrainingsCount();
  }
}
