package io.plateau.service.translation;

import io.plateau.core.checkpoint.CheckpointException;
import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.HeldOut;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.proto.common.v1.CheckpointRef;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.trainer.v1.Checkpoint;
import java.util.Optional;

/** Stored points of parameter space, and how they are referred to. */
public final class CheckpointTranslation {
  private CheckpointTranslation() {}

  /**
   * Which of a pair's checkpoints is meant.
   *
   * @param unset taken if the message names none
   */
  public static End toCore(CheckpointRef checkpoint, RequestField field, End unset) {
    return switch (checkpoint.getWhichCase()) {
      case WHICH_NOT_SET -> unset;
      case END -> toCore(checkpoint.getEnd(), field.child("end"), unset);
      case EPOCH -> {
        try {
          yield End.ofEpoch(checkpoint.getEpoch());
        } catch (CheckpointException e) {
          throw CoreErrors.of(e, field);
        }
      }
    };
  }

  /**
   * One of the two ends.
   *
   * @param unset taken if the message names none
   */
  public static End toCore(PairEnd end, RequestField field, End unset) {
    return switch (end) {
      case PAIR_END_UNSPECIFIED -> unset;
      case PAIR_END_INIT -> End.INITIALIZATION;
      case PAIR_END_FINAL -> End.MINIMIZER;
      case UNRECOGNIZED -> throw field.invalid("is unknown; give PAIR_END_INIT or PAIR_END_FINAL");
    };
  }

  /** The reference of a checkpoint. */
  public static CheckpointRef toProto(End end) {
    CheckpointRef.Builder message = CheckpointRef.newBuilder();
    return switch (end.kind()) {
      case INITIALIZATION -> message.setEnd(PairEnd.PAIR_END_INIT).build();
      case MINIMIZER -> message.setEnd(PairEnd.PAIR_END_FINAL).build();
      case EPOCH -> message.setEpoch(end.epoch().getAsInt()).build();
    };
  }

  /**
   * A checkpoint with what is stored of it.
   *
   * @param heldOut what its parameters give on held-out samples, where that was recorded
   */
  public static Checkpoint toProto(End end, StoredEnd stored, Optional<HeldOut> heldOut) {
    Checkpoint.Builder message =
        Checkpoint.newBuilder()
            .setWhich(toProto(end))
            .setTrainLoss(stored.loss())
            .setTrainError(stored.error())
            .setBytes(stored.bytes())
            .setDigest(DigestTranslation.toProto(stored.sha256()));
    heldOut.ifPresent(found -> message.setHeldOutLoss(found.loss()).setHeldOutError(found.error()));
    return message.build();
  }

  /**
   * What is stored of a checkpoint of another server.
   *
   * @throws io.plateau.service.errors.PlateauException REQUEST_INVALID, naming the field
   */
  public static StoredEnd toCore(Checkpoint checkpoint, RequestField field) {
    try {
      return new StoredEnd(
          checkpoint.getTrainLoss(),
          checkpoint.getTrainError(),
          checkpoint.getBytes(),
          DigestTranslation.toCore(checkpoint.getDigest(), field.child("digest")));
    } catch (CheckpointException e) {
      throw CoreErrors.of(e, field);
    }
  }
}
