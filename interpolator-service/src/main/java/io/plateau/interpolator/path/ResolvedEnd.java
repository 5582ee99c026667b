package io.plateau.interpolator.path;

import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.Parameters;
import io.plateau.interpolator.pair.PairDescription;
import io.plateau.interpolator.pair.PairSource;
import io.plateau.proto.common.v1.EndProvenance;
import io.plateau.proto.common.v1.EndRef;
import io.plateau.service.translation.ProvenanceTranslation;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * One end of a path.
 *
 * @param reference as asked for
 * @param checkpoint which of the pair's checkpoints
 * @param source the pair; empty for zero
 */
record ResolvedEnd(EndRef reference, End checkpoint, Optional<PairSource> source) {

  Optional<PairDescription> pair() {
    return source.map(PairSource::description);
  }

  /** What is stored of it. */
  Optional<StoredEnd> stored() {
    return pair().map(found -> found.ends().get(checkpoint));
  }

  /**
   * What is stored of it, where it was measured on these data.
   *
   * @param digest of the data
   */
  Optional<StoredEnd> storedOn(String digest) {
    boolean same =
        pair()
            .flatMap(PairDescription::dataset)
            .map(dataset -> dataset.digest().equals(digest))
            .orElse(false);
    return same ? stored() : Optional.empty();
  }

  void fetch(BooleanSupplier stopped) {
    source.ifPresent(found -> found.fetch(checkpoint, stopped));
  }

  Parameters read(NetworkSpec network, BooleanSupplier stopped) {
    return source.isPresent()
        ? source.get().read(checkpoint, stopped)
        : Parameters.zero(ParameterLayout.of(network));
  }

  EndProvenance provenance() {
    if (source.isEmpty()) {
      return EndProvenance.newBuilder().setEnd(reference).build();
    }
    return ProvenanceTranslation.toProto(
        reference,
        checkpoint,
        stored(),
        pair().flatMap(PairDescription::training),
        pair().map(PairDescription::seed).orElse(OptionalLong.empty()));
  }
}
