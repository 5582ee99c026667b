package io.plateau.service.translation;

import io.plateau.core.curve.CurveException;
import io.plateau.core.curve.SummaryOptions;
import java.util.Optional;

/** Tolerances of a summary. */
public final class SummaryOptionsTranslation {
  private SummaryOptionsTranslation() {}

  /** The options; what is unset is core's default. */
  public static SummaryOptions toCore(
      io.plateau.proto.common.v1.SummaryOptions options, RequestField field) {
    SummaryOptions unset = SummaryOptions.DEFAULT;
    try {
      return new SummaryOptions(
          options.hasTolerance() ? options.getTolerance() : unset.plateauTolerance(),
          options.hasMonotonicityTolerance()
              ? options.getMonotonicityTolerance()
              : unset.monotonicityTolerance(),
          options.hasLossPrecision() ? options.getLossPrecision() : unset.lossPrecision());
    } catch (CurveException e) {
      throw CoreErrors.of(e, field);
    }
  }

  /** The options with everything stated. */
  public static io.plateau.proto.common.v1.SummaryOptions toProto(SummaryOptions options) {
    return io.plateau.proto.common.v1.SummaryOptions.newBuilder()
        .setTolerance(options.plateauTolerance())
        .setMonotonicityTolerance(options.monotonicityTolerance())
        .setLossPrecision(options.lossPrecision())
        .build();
  }

  /** The contract's name of an option of core; empty for what is no option. */
  static Optional<String> fieldOf(String coreField) {
    return switch (coreField) {
      case "plateauTolerance" -> Optional.of("tolerance");
      case "monotonicityTolerance" -> Optional.of("monotonicity_tolerance");
      case "lossPrecision" -> Optional.of("loss_precision");
      default -> Optional.empty();
    };
  }
}
