package io.plateau.cli.command;

import com.google.protobuf.util.Durations;
import io.plateau.cli.option.OutputFormat;
import io.plateau.proto.interpolator.v1.Plan;
import java.util.List;
import java.util.Locale;

/** How plans are printed. */
final class PlanOutput {
  private PlanOutput() {}

  static void print(Plan plan, OutputFormat format) {
    new Rows<Plan>()
        .column("POINTS", p -> "" + p.getKnownPoints())
        .column("PASSES", p -> String.format(Locale.ROOT, "%.1f", p.getPasses()))
        .column(
            "GFLOP", p -> String.format(Locale.ROOT, "%.1f", p.getFloatingPointOperations() / 1e9))
        .column("BATCH", p -> "" + p.getBatchSamples())
        .column("RESIDENT_MIB", p -> "" + (p.getResidentBytes() >> 20))
        .column("PEAK_MIB", p -> "" + (p.getPeakBytes() >> 20))
        .column(
            "ESTIMATE", p -> p.hasEstimatedTime() ? Durations.toString(p.getEstimatedTime()) : "-")
        .print(List.of(plan), plan, format);
  }
}
