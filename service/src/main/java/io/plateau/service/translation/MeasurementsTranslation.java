package io.plateau.service.translation;

import io.plateau.core.path.EvaluationLimits;
import io.plateau.core.path.Measurements;
import io.plateau.core.path.PathException;
import io.plateau.proto.interpolator.v1.ExecutionLimits;
import io.plateau.service.errors.Reason;

/** What to measure along a path, and what that may use. */
public final class MeasurementsTranslation {
  private MeasurementsTranslation() {}

  /** What to measure; the last-layer split alone by default. */
  public static Measurements toCore(
      io.plateau.proto.interpolator.v1.Measurements measurements, RequestField field) {
    boolean split =
        switch (measurements.getLastLayerSplit()) {
          case LAST_LAYER_SPLIT_SWITCH_UNSPECIFIED, LAST_LAYER_SPLIT_SWITCH_ON -> true;
          case LAST_LAYER_SPLIT_SWITCH_OFF -> false;
          case UNRECOGNIZED ->
              throw field
                  .child("last_layer_split")
                  .invalid(
                      "is unknown; give LAST_LAYER_SPLIT_SWITCH_ON or LAST_LAYER_SPLIT_SWITCH_OFF");
        };
    if (measurements.getLayerContributions().getLayersCount() > 0) {
      throw field
          .child("layer_contributions.layers")
          .unsupported("a choice of layers", "leave it empty for every layer");
    }
    if (measurements.hasTheory()) {
      throw field.child("theory").unsupported("theory beside the measurement", "leave it unset");
    }
    return new Measurements(split, measurements.hasLayerContributions());
  }

  /**
   * Bounds of what an evaluation may use. The bound of the samples is not among them: it chooses
   * data.
   *
   * @param unset what the server allows; no request gets more memory than that
   */
  public static EvaluationLimits toCore(
      ExecutionLimits limits, RequestField field, EvaluationLimits unset) {
    long memory =
        limits.hasMaxDeviceBytes()
            ? Math.min(limits.getMaxDeviceBytes(), unset.memoryBytes())
            : unset.memoryBytes();
    int batch = limits.hasMaxBatchSamples() ? limits.getMaxBatchSamples() : unset.batchSize();
    try {
      return new EvaluationLimits(memory, batch);
    } catch (PathException e) {
      String name = e.field().equals("memory_bytes") ? "max_device_bytes" : "max_batch_samples";
      throw field.child(name).failure(Reason.REQUEST_INVALID, e.getMessage(), e);
    }
  }
}
