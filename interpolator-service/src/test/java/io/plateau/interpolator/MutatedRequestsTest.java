package io.plateau.interpolator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.plateau.proto.interpolator.v1.CreateEvaluationRequest;
import io.plateau.proto.interpolator.v1.EvaluationServiceGrpc;
import io.plateau.proto.interpolator.v1.InterpolateRequest;
import io.plateau.proto.interpolator.v1.InterpolationServiceGrpc;
import io.plateau.proto.interpolator.v1.ListEvaluationsRequest;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.interpolator.v1.PlanRequest;
import io.plateau.service.errors.Reason;
import io.plateau.service.errors.StatusDetails;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged requests: a typed answer each, and a server that is as it was before. */
class MutatedRequestsTest {
  private static final int REQUESTS = 400;

  @TempDir Path directory;

  @Test
  void everyDamagedRequestGetsATypedAnswer() throws Exception {
    try (Pairs pairs = new Pairs(directory);
        InterpolatorFixture fixture = new InterpolatorFixture(directory, pairs).start()) {
      Random random = new Random(20);
      PathSpec.Builder spec =
          InterpolatorFixture.spec(pairs.uri(Pairs.TRAINED))
              .setGrid(InterpolatorFixture.explicit(0, 0.25, 1))
              .addSchemes(InterpolatorFixture.linear())
              .addSchemes(Messages.scheme(b -> b.getLayersBuilder().addLayers(1)));
      spec.getMeasurementsBuilder().getLayerContributionsBuilder().addLayers(2);
      spec.getLimitsBuilder().setMaxBatchSamples(64).setMaxSamples(100).setMaxDeviceBytes(1 << 22);
      spec.getDatasetBuilder().setFirst(90).getNamedBuilder().setName(SmallDataset.NAME);
      spec.getSummaryBuilder().setTolerance(0.1);
      List<Target> targets =
          List.of(
              new Target(
                  InterpolationServiceGrpc.getPlanMethod().getFullMethodName(),
                  MethodDescriptor.MethodType.UNARY,
                  PlanRequest.newBuilder().setSpec(spec).build().toByteString()),
              new Target(
                  InterpolationServiceGrpc.getInterpolateMethod().getFullMethodName(),
                  MethodDescriptor.MethodType.SERVER_STREAMING,
                  InterpolateRequest.newBuilder().setSpec(spec).build().toByteString()),
              new Target(
                  EvaluationServiceGrpc.getCreateEvaluationMethod().getFullMethodName(),
                  MethodDescriptor.MethodType.UNARY,
                  CreateEvaluationRequest.newBuilder()
                      .setSpec(spec)
                      .setValidateOnly(true)
                      .setRequestId("r")
                      .build()
                      .toByteString()),
              new Target(
                  EvaluationServiceGrpc.getListEvaluationsMethod().getFullMethodName(),
                  MethodDescriptor.MethodType.UNARY,
                  ListEvaluationsRequest.newBuilder()
                      .setFilter("state = \"SUCCEEDED\" AND labels.a = \"b\"")
                      .setOrderBy("create_time desc")
                      .setPageSize(3)
                      .build()
                      .toByteString()));

      Map<String, Integer> answers = new TreeMap<>();
      for (int i = 0; i < REQUESTS; i++) {
        Target target = targets.get(i % targets.size());
        byte[] damaged = damage(target.request().toByteArray(), random);
        Status status = call(fixture, target, damaged);
        if (status.isOk()) {
          answers.merge("OK", 1, Integer::sum);
          continue;
        }
        StatusDetails told = StatusDetails.of(status.asRuntimeException(trailers));
        assertThat(told.knownReason()).as("%s: %s", target.method(), status).isPresent();
        assertThat(told.knownReason().get())
            .as("%s: %s", target.method(), status)
            .isNotEqualTo(Reason.INTERNAL);
        answers.merge(told.reason(), 1, Integer::sum);
      }
      assertThat(answers).containsKeys("OK", "REQUEST_INVALID", "URI_NOT_ALLOWED");

      // As it was before.
      assertThat(fixture.interpolate(spec.build())).isNotEmpty();
      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(
              () -> {
                String scrape = fixture.scrape();
                assertThat(
                        scrape
                            .lines()
                            .filter(
                                line ->
                                    line.startsWith("grpc_server_in_flight{")
                                        || line.startsWith("interpolator_pending_alpha_points ")
                                        || line.startsWith("interpolator_evaluations{")))
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith(" 0.0"));
              });
    }
  }

  private record Target(String method, MethodDescriptor.MethodType type, ByteString request) {}

  private Metadata trailers;

  private Status call(InterpolatorFixture fixture, Target target, byte[] request)
      throws InterruptedException, ExecutionException, TimeoutException {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(target.type())
            .setFullMethodName(target.method())
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    ClientCall<byte[], byte[]> call = fixture.channel().newCall(method, CallOptions.DEFAULT);
    CompletableFuture<Status> ended = new CompletableFuture<>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata metadata) {
            trailers = metadata;
            ended.complete(status);
          }
        },
        new Metadata());
    call.request(Integer.MAX_VALUE);
    call.sendMessage(request);
    call.halfClose();
    return ended.get(60, TimeUnit.SECONDS);
  }

  /** Bytes changed, cut out, put in or cut off. */
  private static byte[] damage(byte[] bytes, Random random) {
    List<Byte> damaged = new ArrayList<>();
    for (byte b : bytes) {
      damaged.add(b);
    }
    int wounds = 1 + random.nextInt(3);
    for (int i = 0; i < wounds && !damaged.isEmpty(); i++) {
      int place = random.nextInt(damaged.size());
      switch (random.nextInt(4)) {
        case 0 -> damaged.set(place, (byte) random.nextInt(256));
        case 1 -> damaged.remove(place);
        case 2 -> damaged.add(place, (byte) random.nextInt(256));
        default -> damaged.set(place, (byte) (damaged.get(place) ^ (1 << random.nextInt(8))));
      }
    }
    byte[] result = new byte[damaged.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = damaged.get(i);
    }
    return result;
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return ByteString.readFrom(stream).toByteArray();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
