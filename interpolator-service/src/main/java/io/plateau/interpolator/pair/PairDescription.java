package io.plateau.interpolator.pair;

import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.Manifest;
import io.plateau.core.checkpoint.PairDirectory;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.network.NetworkSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of a pair before its tensors are read.
 *
 * @param name {@code pairs/{id}} in the trainer's catalogue; empty for a pair that is not there
 * @param network the architecture of every end
 * @param dataset what its losses and errors were measured on; empty if unknown
 * @param heldOut its held-out data; empty if unknown
 * @param ends the stored checkpoints; none where only the architecture is known
 * @param training name of the training that made it, {@code trainings/{id}}
 * @param seed of that training
 */
public record PairDescription(
    Optional<String> name,
    NetworkSpec network,
    Optional<DatasetReference> dataset,
    Optional<DatasetReference> heldOut,
    Map<End, StoredEnd> ends,
    Optional<String> training,
    OptionalLong seed) {

  /** Copies the map. */
  public PairDescription {
    ends = Map.copyOf(ends);
  }

  static PairDescription of(PairDirectory.Description directory) {
    Optional<Manifest> manifest = directory.manifest();
    Map<End, StoredEnd> ends = new HashMap<>();
    manifest.ifPresent(
        found -> {
          ends.put(End.INITIALIZATION, found.initial());
          ends.put(End.MINIMIZER, found.minimizer());
          found.epochs().forEach((epoch, end) -> ends.put(End.ofEpoch(epoch), end));
        });
    return new PairDescription(
        Optional.empty(),
        directory.network(),
        manifest.map(Manifest::dataset),
        Optional.empty(),
        ends,
        Optional.empty(),
        manifest
            .flatMap(Manifest::training)
            .map(record -> OptionalLong.of(record.seed()))
            .orElse(OptionalLong.empty()));
  }
}
