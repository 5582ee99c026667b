package io.plateau.interpolator.pair;

import io.plateau.core.checkpoint.End;
import io.plateau.core.network.Parameters;
import java.util.function.BooleanSupplier;

/** A pair that was found. */
public interface PairSource {
  /** What is known of it. */
  PairDescription description();

  /**
   * Brings one of its checkpoints to this machine, so that {@link #read} need not wait for a
   * network.
   *
   * @throws io.plateau.service.errors.PlateauException as {@link #read}
   */
  void fetch(End end, BooleanSupplier stopped);

  /**
   * Reads one of its checkpoints, the digest checked where one is stored.
   *
   * @param stopped whether the caller wants it no longer; asked several times a second
   * @throws io.plateau.service.errors.PlateauException CHECKPOINT_NOT_FOUND, PAIR_CORRUPT,
   *     STORE_UNAVAILABLE, TRAINER_UNAVAILABLE, or CANCELLED if it was stopped
   */
  Parameters read(End end, BooleanSupplier stopped);
}
