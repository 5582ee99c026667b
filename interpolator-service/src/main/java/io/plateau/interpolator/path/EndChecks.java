package io.plateau.interpolator.path;

import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.path.EndCheck;
import io.plateau.core.path.Scheme;
import io.plateau.interpolator.metrics.InterpolatorMetrics;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.translation.EndCheckTranslation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Compares what the ends give with what is stored of them. */
final class EndChecks {
  private final PlannedPath path;
  private final InterpolatorMetrics metrics;
  private final SortedMap<Integer, io.plateau.proto.interpolator.v1.EndCheck> made =
      new TreeMap<>();

  EndChecks(PlannedPath path, InterpolatorMetrics metrics) {
    this.path = path;
    this.metrics = metrics;
  }

  /**
   * Looks at a point; nothing happens unless it is an end that can be compared.
   *
   * @throws PlateauException ENDPOINT_MISMATCH
   */
  void check(FinishedPoint point) {
    int scheme = point.scheme();
    Optional<StoredEnd> stored = stored(point.alpha());
    if (stored.isEmpty() || !path.schemes().get(scheme).joinsTheEnds()) {
      return;
    }
    EndCheck check =
        new EndCheck(
            point.alpha(),
            stored.get().loss(),
            stored.get().error(),
            point.loss(),
            point.error(),
            point.samples());
    made.put(key(point.alpha(), scheme), EndCheckTranslation.toProto(check, scheme));
    if (!check.matches()) {
      metrics.endpointMismatch();
      throw mismatch(check, scheme);
    }
  }

  /** One comparison for each end and scheme, made or not. */
  List<io.plateau.proto.interpolator.v1.EndCheck> all() {
    List<io.plateau.proto.interpolator.v1.EndCheck> checks = new ArrayList<>();
    for (int scheme = 0; scheme < path.schemes().size(); scheme++) {
      for (double alpha : new double[] {0, 1}) {
        io.plateau.proto.interpolator.v1.EndCheck check = made.get(key(alpha, scheme));
        PairEnd end = alpha == 0 ? PairEnd.PAIR_END_INIT : PairEnd.PAIR_END_FINAL;
        checks.add(check == null ? EndCheckTranslation.notChecked(end, scheme) : check);
      }
    }
    return checks;
  }

  private Optional<StoredEnd> stored(double alpha) {
    String digest = path.data().dataset().digest();
    if (alpha == 0) {
      return path.first().storedOn(digest);
    }
    return alpha == 1 ? path.second().storedOn(digest) : Optional.empty();
  }

  private static int key(double alpha, int scheme) {
    return 2 * scheme + (int) alpha;
  }

  private PlateauException mismatch(EndCheck check, int scheme) {
    Scheme found = path.schemes().get(scheme);
    return PlateauException.builder(
            Reason.ENDPOINT_MISMATCH,
            "At alpha "
                + check.alpha()
                + " ("
                + (check.alpha() == 0 ? "the first end" : "the second end")
                + ") the loss is "
                + check.evaluatedLoss()
                + " and the error "
                + check.evaluatedError()
                + ", but "
                + check.storedLoss()
                + " and "
                + check.storedError()
                + " are stored: the tensors, the data or the architecture are not those that the"
                + " checkpoint was measured with. Verify the pair.")
        .metadata("end", check.alpha() == 0 ? "INIT" : "FINAL")
        .metadata("scheme", found)
        .metadata("stored_loss", check.storedLoss())
        .metadata("measured_loss", check.evaluatedLoss())
        .metadata("stored_error", check.storedError())
        .metadata("measured_error", check.evaluatedError())
        .build();
  }
}
