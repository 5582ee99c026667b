package io.plateau.service.translation;

import io.plateau.core.path.AlphaGrid;
import io.plateau.core.path.PathPlan;
import io.plateau.proto.interpolator.v1.Plan;
import io.plateau.proto.interpolator.v1.PlannedCurve;
import java.util.List;

/** What an evaluation will do and take. */
public final class PlanTranslation {
  private PlanTranslation() {}

  /** A plan; the caller adds what was asked for, network, data, device, time and fingerprint. */
  public static Plan.Builder toProto(PathPlan plan, AlphaGrid grid) {
    List<Double> alphas = grid.stream().boxed().toList();
    int points = alphas.size() * plan.schemePasses().size();
    Plan.Builder message =
        Plan.newBuilder()
            .setKnownPoints(points)
            .setMaxPoints(points)
            .setPasses(plan.passes())
            .setFloatingPointOperations(plan.floatingPointOperations())
            .setResidentBytes(plan.residentBytes())
            .setPeakBytes(plan.peakBytes())
            .setStreamedBytesPerPass(plan.streamedBytes())
            .setBatchSamples(plan.batchSize())
            .setSeparatePasses(plan.separatePasses());
    for (int i = 0; i < plan.schemePasses().size(); i++) {
      message.addCurves(
          PlannedCurve.newBuilder()
              .setSchemeIndex(i)
              .addAllAlphas(alphas)
              .setPasses(plan.schemePasses().get(i)));
    }
    return message;
  }
}
