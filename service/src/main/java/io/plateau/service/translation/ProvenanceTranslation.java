package io.plateau.service.translation;

import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.kernel.DeviceDescription;
import io.plateau.core.kernel.Precision;
import io.plateau.proto.common.v1.EndProvenance;
import io.plateau.proto.common.v1.EndRef;
import io.plateau.proto.common.v1.Provenance;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** What a result was computed from and by. */
public final class ProvenanceTranslation {
  private ProvenanceTranslation() {}

  /**
   * How a result was computed.
   *
   * @param device that computed it
   * @param precision of its numbers
   * @param batchSamples samples of one batch as it was at the end
   * @param passes of all samples through the network, parts of passes counted as parts
   * @param start when computing began
   * @param end when it ended
   * @param computeTime time spent computing, reading excluded
   */
  public record Computation(
      DeviceDescription device,
      Precision precision,
      int batchSamples,
      double passes,
      Instant start,
      Instant end,
      Duration computeTime) {}

  /** How a result was computed; the caller adds build, ends, data and plan. */
  public static Provenance.Builder toProto(Computation computation) {
    return Provenance.newBuilder()
        .setDevice(computation.device().name())
        .setThreads(computation.device().threads())
        .setPrecision(PrecisionTranslation.toProto(computation.precision()))
        .setBatchSamples(computation.batchSamples())
        .setPasses(computation.passes())
        .setStartTime(TimeTranslation.toProto(computation.start()))
        .setEndTime(TimeTranslation.toProto(computation.end()))
        .setComputeTime(TimeTranslation.toProto(computation.computeTime()));
  }

  /**
   * An end of a pair.
   *
   * @param end what was asked for, the checkpoint left out
   * @param checkpoint which of the pair's checkpoints it is
   * @param stored what is stored of it; empty where the pair has no manifest
   * @param training name of the training that made it; empty if none is known
   * @param seed of that training; empty if none is known
   */
  public static EndProvenance toProto(
      EndRef end,
      End checkpoint,
      Optional<StoredEnd> stored,
      Optional<String> training,
      OptionalLong seed) {
    EndProvenance.Builder message = EndProvenance.newBuilder().setEnd(named(end, checkpoint));
    stored.ifPresent(
        found ->
            message
                .setDigest(DigestTranslation.toProto(found.sha256()))
                .setStoredLoss(found.loss())
                .setStoredError(found.error()));
    training.ifPresent(message::setTraining);
    seed.ifPresent(message::setSeed);
    return message.build();
  }

  private static EndRef named(EndRef end, End checkpoint) {
    EndRef.Builder named = end.toBuilder();
    switch (end.getEndCase()) {
      case PAIR -> named.getPairBuilder().setCheckpoint(CheckpointTranslation.toProto(checkpoint));
      case STORED ->
          named.getStoredBuilder().setCheckpoint(CheckpointTranslation.toProto(checkpoint));
      case ZERO, END_NOT_SET -> {}
    }
    return named.build();
  }
}
