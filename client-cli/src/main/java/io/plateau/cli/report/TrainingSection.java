package io.plateau.cli.report;

import static j2html.TagCreator.caption;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.p;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.text;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import io.plateau.cli.render.NumberText;
import io.plateau.proto.interpolator.v1.PathResult;
import io.plateau.proto.trainer.v1.ClassLearned;
import io.plateau.proto.trainer.v1.EpochRecord;
import io.plateau.proto.trainer.v1.TrainingRecord;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What the training recorded: losses, the last biases as they grew, and the order in which classes
 * were learned.
 */
final class TrainingSection {
  private static final int CLASSES = 35;

  private final PathResult result;
  private final TrainingRecord record;
  private final boolean recorded;
  private final String id;

  TrainingSection(ReportEntry entry, String id) {
    this.result = entry.result();
    this.recorded = entry.pair().filter(pair -> pair.hasTrainingRecord()).isPresent();
    this.record =
        entry
            .pair()
            .map(pair -> pair.getTrainingRecord())
            .orElse(TrainingRecord.getDefaultInstance());
    this.id = id + "-training";
  }

  DomContent html() {
    if (!recorded) {
      return text("");
    }
    List<DomContent> figures = new ArrayList<>();
    if (record.getEpochsCount() > 0) {
      figures.add(losses());
      figures.add(errors());
      if (record.getEpochsList().stream().anyMatch(epoch -> epoch.getLastLayerBiasesCount() > 0)) {
        figures.add(biases());
      }
    }
    if (record.getClassesList().stream().anyMatch(ClassLearned::hasFinalBias)) {
      figures.add(order());
    }
    return div(
        h3("The training"), p(told()).withClass("note"), div().withClass("columns").with(figures));
  }

  private String told() {
    StringBuilder words = new StringBuilder("Trained for ");
    words
        .append(Text.counted(record.getEpochsTrained(), "epoch"))
        .append(" (")
        .append(Text.counted(record.getSteps(), "step"))
        .append(") with seed ")
        .append(record.getSeed());
    if (record.hasWallTime()) {
      double seconds = record.getWallTime().getSeconds() + record.getWallTime().getNanos() / 1e9;
      words.append(" in ").append(NumberText.significant(seconds, 3)).append(" s");
    }
    words
        .append("; ended by ")
        .append(
            record
                .getStopReason()
                .name()
                .replace("STOP_REASON_", "")
                .replace('_', ' ')
                .toLowerCase(Locale.ROOT))
        .append(
            ". A class counts as learned from the first record after which all its training samples stay read rightly with a mean"
                + " probability of at least ")
        .append(NumberText.significant(record.getLearnedProbability(), 3))
        .append(". ");
    if (record.hasLearningOrderCorrelation()) {
      words
          .append("Spearman's correlation between learning time and final bias is ")
          .append(NumberText.fixed(record.getLearningOrderCorrelation(), 2))
          .append("; ");
    } else {
      words.append(
          "Spearman's correlation between learning time and final bias is not defined here; ");
    }
    if (record.hasLargestBiasLearnedLast()) {
      words.append(
          record.getLargestBiasLearnedLast()
              ? "the largest bias belongs to the class learned last."
              : "the largest bias does not belong to the class learned last.");
    } else {
      words.append(
          "whether the largest bias belongs to the class learned last is not defined here.");
    }
    return words.toString();
  }

  private boolean flow() {
    return record.getEpochsList().stream().anyMatch(EpochRecord::hasFlowTime);
  }

  private double moment(EpochRecord epoch) {
    return flow() ? epoch.getFlowTime() : epoch.getEpoch();
  }

  private String momentLabel() {
    return flow() ? "time" : "epoch";
  }

  private Axis moments() {
    double last = record.getEpochsList().stream().mapToDouble(this::moment).max().orElse(1);
    if (flow()) {
      double first =
          record.getEpochsList().stream()
              .mapToDouble(this::moment)
              .filter(t -> t > 0)
              .min()
              .orElse(0.1);
      return Axis.decades(first, last);
    }
    return Axis.exactly(0, Math.max(1, last), 8);
  }

  private Series series(
      String name, int style, ToDoubleFunction<EpochRecord> value, Predicate<EpochRecord> present) {
    Series.Collector collector = new Series.Collector();
    for (EpochRecord epoch : record.getEpochsList()) {
      if (present.test(epoch)) {
        collector.add(moment(epoch), value.applyAsDouble(epoch));
      }
    }
    return collector.named(name, style);
  }

  private DomContent losses() {
    List<Series> series = new ArrayList<>();
    series.add(series("training loss", 0, EpochRecord::getTrainLoss, epoch -> true));
    if (record.getEpochsList().stream().anyMatch(EpochRecord::hasHeldOutLoss)) {
      series.add(
          series("held-out loss", 1, EpochRecord::getHeldOutLoss, EpochRecord::hasHeldOutLoss));
    }
    double min = Double.POSITIVE_INFINITY;
    double max = 0;
    for (Series one : series) {
      for (Series.XY point : one.points()) {
        if (Double.isFinite(point.y()) && point.y() > 0) {
          min = Math.min(min, point.y());
          max = Math.max(max, point.y());
        }
      }
    }
    Axis y = max > 0 ? Axis.decades(min, max) : Axis.exactly(0, 1, 5);
    return Figure.of(
        Chart.of(
            id + "-loss",
            "Loss while training",
            PathSection.described(series),
            momentLabel(),
            "mean cross-entropy",
            moments(),
            y,
            series));
  }

  private DomContent errors() {
    List<Series> series = new ArrayList<>();
    series.add(series("training error", 0, EpochRecord::getTrainError, epoch -> true));
    if (record.getEpochsList().stream().anyMatch(EpochRecord::hasHeldOutError)) {
      series.add(
          series("held-out error", 1, EpochRecord::getHeldOutError, EpochRecord::hasHeldOutError));
    }
    return Figure.of(
        Chart.of(
            id + "-error",
            "Error while training",
            PathSection.described(series),
            momentLabel(),
            "error",
            moments(),
            Curves.values(series, 5),
            series));
  }

  private DomContent biases() {
    int classes =
        record.getEpochsList().stream()
            .mapToInt(EpochRecord::getLastLayerBiasesCount)
            .max()
            .orElse(0);
    List<Series> series = new ArrayList<>();
    for (int k = 0; k < Math.min(classes, CLASSES); k++) {
      int index = k;
      Series one =
          series(
              Curves.className(result, k),
              k,
              epoch -> epoch.getLastLayerBiases(index),
              epoch -> epoch.getLastLayerBiasesCount() > index);
      OptionalDouble learned = learned(k);
      if (learned.isPresent()) {
        one =
            one.withRings(
                List.of(
                    new Series.XY(
                        learned.getAsDouble(),
                        Curves.valueAt(one.points(), learned.getAsDouble()))));
      }
      series.add(one);
    }
    return Figure.of(
        Chart.of(
                id + "-biases",
                "The last layer's biases while training",
                PathSection.described(series),
                momentLabel(),
                "bias",
                moments(),
                Curves.values(series, 5),
                series)
            .withLabels(Chart.Labels.AT_LINE_ENDS),
        text(
            "A ring marks the moment at which a class was learned."
                + (classes > CLASSES
                    ? " The first " + CLASSES + " of " + classes + " classes are shown."
                    : "")));
  }

  private OptionalDouble learned(int classIndex) {
    for (ClassLearned one : record.getClassesList()) {
      if (one.getClassIndex() == classIndex) {
        return moment(one);
      }
    }
    return OptionalDouble.empty();
  }

  private OptionalDouble moment(ClassLearned one) {
    if (flow()) {
      return one.hasLearnedTime()
          ? OptionalDouble.of(one.getLearnedTime())
          : OptionalDouble.empty();
    }
    return one.hasLearnedEpoch()
        ? OptionalDouble.of(one.getLearnedEpoch())
        : OptionalDouble.empty();
  }

  private DomContent order() {
    double last =
        record.getClassesList().stream().mapToDouble(one -> moment(one).orElse(0)).max().orElse(1);
    double end =
        Math.max(
            last,
            record.getEpochsList().stream()
                .mapToDouble(this::moment)
                .max()
                .orElse(record.getEpochsTrained()));
    boolean never = record.getClassesList().stream().anyMatch(one -> moment(one).isEmpty());
    List<Series> series = new ArrayList<>();
    for (ClassLearned one :
        record.getClassesList().subList(0, Math.min(CLASSES, record.getClassesCount()))) {
      if (one.hasFinalBias()) {
        String name =
            Curves.className(result, one.getClassIndex())
                + (moment(one).isEmpty() ? ", never" : "");
        series.add(
            new Series(
                name,
                one.getClassIndex(),
                List.of(new Series.XY(moment(one).orElse(end * 1.06), one.getFinalBias())),
                List.of()));
      }
    }
    double first =
        record.getClassesList().stream()
            .mapToDouble(one -> moment(one).orElse(end))
            .filter(t -> t > 0)
            .min()
            .orElse(1);
    double edge = never ? end * 1.1 : last * 1.04;
    Axis x = flow() ? Axis.decades(first, edge) : Axis.exactly(0, Math.max(1, edge), 8);
    Chart chart =
        Chart.of(
                id + "-order",
                "Final last-layer bias against the "
                    + momentLabel()
                    + " at which the class was learned",
                "One mark for each class. All numbers are in the table below the figure.",
                momentLabel() + " learned",
                "final bias",
                x,
                Curves.values(series, 5),
                series)
            .withLabels(Chart.Labels.AT_POINTS);
    return Figure.of(
        chart,
        table()
            .withId(id + "-order-data")
            .withClass("data")
            .with(caption(chart.title()))
            .with(
                thead(
                    tr(
                        each(
                            List.of("class", momentLabel() + " learned", "final bias"),
                            name -> th(name).attr("scope", "col")))))
            .with(
                tbody(
                    each(
                        record.getClassesList(),
                        one ->
                            tr(
                                th(Curves.className(result, one.getClassIndex()))
                                    .attr("scope", "row"),
                                moment(one).isPresent()
                                    ? td(NumberText.significant(moment(one).getAsDouble(), 7))
                                    : td(Absent.because("never learned")),
                                one.hasFinalBias()
                                    ? td(NumberText.significant(one.getFinalBias(), 7))
                                    : td(Absent.because("no last biases")))))),
        text(never ? "Classes never learned stand at the right edge." : ""));
  }
}
