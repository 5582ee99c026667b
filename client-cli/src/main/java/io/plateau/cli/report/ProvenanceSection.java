package io.plateau.cli.report;

import static j2html.TagCreator.dd;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.section;

import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.Timestamp;
import io.plateau.cli.render.DatasetName;
import io.plateau.cli.render.NetworkName;
import io.plateau.cli.render.NumberText;
import io.plateau.cli.render.SchemeName;
import io.plateau.proto.common.v1.AlphaGrid;
import io.plateau.proto.common.v1.BuildInfo;
import io.plateau.proto.common.v1.EndProvenance;
import io.plateau.proto.common.v1.Precision;
import io.plateau.proto.common.v1.Provenance;
import io.plateau.proto.interpolator.v1.EndCheck;
import io.plateau.proto.interpolator.v1.EndCheckStatus;
import io.plateau.proto.interpolator.v1.Plan;
import io.plateau.proto.trainer.v1.TrainingSpec;
import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What every result was computed from and by: enough to compute it again. */
final class ProvenanceSection {
  private final List<ReportEntry> entries;

  ProvenanceSection(List<ReportEntry> entries) {
    this.entries = entries;
  }

  DomContent html() {
    List<DomContent> cards = new ArrayList<>();
    for (ReportEntry entry : entries) {
      cards.add(card(entry));
    }
    return section()
        .withId("provenance")
        .with(h2("Provenance"), div().withClass("columns").with(cards));
  }

  private static DomContent card(ReportEntry entry) {
    ContainerTag<?> list = dl();
    Plan plan = entry.result().getPlan();
    Provenance provenance = entry.result().getProvenance();
    item(list, "network", NetworkName.of(plan.getNetwork()));
    if (plan.getNetwork().hasParameters()) {
      item(
          list,
          "parameters",
          NumberText.count(plan.getNetwork().getParameters().getParameterCount()));
    }
    item(list, "data", DatasetName.of(provenance.getDataset()));
    item(list, "data described", provenance.getDataset().getDescription());
    item(list, "data digest", provenance.getDataset().getDigest());
    if (!provenance.getDataset().getClassCountsList().isEmpty()) {
      item(
          list,
          "samples of each class",
          provenance.getDataset().getClassCountsList().stream()
              .map(NumberText::count)
              .collect(Collectors.joining(" ")));
    }
    end(list, "first end", provenance.hasFirstEnd(), provenance.getFirstEnd());
    end(list, "second end", provenance.hasSecondEnd(), provenance.getSecondEnd());
    item(list, "ends checked", checks(entry.result().getEndChecksList()));
    item(list, "pair", entry.result().getPair());
    item(list, "evaluation", entry.result().getEvaluation());
    training(list, entry);
    plan(list, plan);
    item(
        list,
        "device",
        provenance.getDevice()
            + (provenance.getThreads() > 0
                ? ", " + Text.counted(provenance.getThreads(), "thread")
                : ""));
    item(
        list,
        "precision",
        provenance.getPrecision() == Precision.PRECISION_FLOAT64
            ? "float64"
            : "float32, losses summed in float64");
    if (provenance.getBatchSamples() > 0) {
      item(list, "samples of a batch", NumberText.count(provenance.getBatchSamples()));
    }
    if (provenance.getPasses() > 0) {
      item(list, "passes", NumberText.significant(provenance.getPasses(), 5));
    }
    if (provenance.hasComputeTime()) {
      item(list, "time computing", seconds(provenance.getComputeTime()));
    }
    if (provenance.hasStartTime()) {
      item(list, "begun", instant(provenance.getStartTime()));
    }
    if (provenance.hasEndTime()) {
      item(list, "ended", instant(provenance.getEndTime()));
    }
    item(list, "plan fingerprint", provenance.getPlanFingerprint());
    build(list, provenance.getBuild());
    return div(h3(entry.label()), list).withClass("card");
  }

  private static void end(ContainerTag<?> list, String name, boolean present, EndProvenance end) {
    if (!present) {
      return;
    }
    String what =
        switch (end.getEnd().getEndCase()) {
          case PAIR -> end.getEnd().getPair().getName();
          case STORED -> end.getEnd().getStored().getUri();
          case ZERO -> "all tensors zero";
          case END_NOT_SET -> "";
        };
    item(list, name, what);
    item(list, name + ", digest", end.getDigest());
    item(list, name + ", training", end.getTraining());
    if (end.hasSeed()) {
      item(list, name + ", seed", String.valueOf(end.getSeed()));
    }
    if (end.hasStoredLoss() && end.hasStoredError()) {
      item(
          list,
          name + ", stored",
          "loss "
              + NumberText.significant(end.getStoredLoss(), 7)
              + ", error "
              + NumberText.significant(end.getStoredError(), 7));
    }
  }

  private static String checks(List<EndCheck> checks) {
    if (checks.isEmpty()) {
      return "";
    }
    long matched = count(checks, EndCheckStatus.END_CHECK_STATUS_MATCHED);
    long mismatched = count(checks, EndCheckStatus.END_CHECK_STATUS_MISMATCHED);
    long unchecked = checks.size() - matched - mismatched;
    return matched
        + " of "
        + checks.size()
        + " measured as stored"
        + (mismatched > 0 ? ", " + mismatched + " MEASURED DIFFERENTLY" : "")
        + (unchecked > 0 ? ", " + unchecked + " not compared" : "");
  }

  private static long count(List<EndCheck> checks, EndCheckStatus status) {
    return checks.stream().filter(check -> check.getStatus() == status).count();
  }

  private static void training(ContainerTag<?> list, ReportEntry entry) {
    entry
        .pair()
        .filter(pair -> pair.hasTrainingRecord())
        .ifPresent(
            pair ->
                item(list, "training seed", String.valueOf(pair.getTrainingRecord().getSeed())));
    entry
        .training()
        .filter(training -> training.hasSpec())
        .ifPresent(
            training -> {
              TrainingSpec spec = training.getSpec();
              item(list, "training", training.getName());
              item(list, "optimizer", shortText(spec.getOptimizer()));
              item(list, "learning rate", shortText(spec.getLearningRate()));
              item(list, "stopping rule", shortText(spec.getStoppingRule()));
              if (spec.hasBatchSize()) {
                item(list, "samples of a step", String.valueOf(spec.getBatchSize()));
              }
            });
  }

  private static String shortText(Message message) {
    return TextFormat.printer().emittingSingleLine(true).printToString(message).trim();
  }

  private static void plan(ContainerTag<?> list, Plan plan) {
    if (plan.getSpec().getSchemesCount() > 0) {
      item(
          list,
          "schemes",
          plan.getSpec().getSchemesList().stream()
              .map(SchemeName::of)
              .collect(Collectors.joining(", ")));
    }
    item(list, "alphas", grid(plan.getSpec().getGrid()));
    if (plan.getFloatingPointOperations() > 0) {
      item(
          list, "operations planned", NumberText.significant(plan.getFloatingPointOperations(), 3));
    }
  }

  private static String grid(AlphaGrid grid) {
    return switch (grid.getKindCase()) {
      case UNIFORM ->
          (grid.getUniform().hasCount() ? grid.getUniform().getCount() : 51)
              + " in equal steps from "
              + NumberText.significant(grid.getUniform().getStart(), 4)
              + " to "
              + NumberText.significant(
                  grid.getUniform().hasStop() ? grid.getUniform().getStop() : 1, 4);
      case EXPLICIT -> grid.getExplicit().getAlphasCount() + " stated ones";
      case ADAPTIVE ->
          "adaptive, tolerance "
              + NumberText.significant(
                  grid.getAdaptive().hasTolerance() ? grid.getAdaptive().getTolerance() : 0.005, 3);
      case KIND_NOT_SET -> "";
    };
  }

  private static void build(ContainerTag<?> list, BuildInfo build) {
    item(
        list,
        "Plateau",
        build.getVersion() + (build.getCommit().isEmpty() ? "" : " (" + build.getCommit() + ")"));
    item(list, "backend", build.getBackend());
    item(list, "runtime", build.getJavaRuntime());
    item(list, "platform", build.getPlatform());
  }

  private static void item(ContainerTag<?> list, String name, String value) {
    if (!value.isBlank()) {
      list.with(dt(name), dd(value));
    }
  }

  private static String seconds(Duration duration) {
    return NumberText.significant(duration.getSeconds() + duration.getNanos() / 1e9, 4) + " s";
  }

  private static String instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds()).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
