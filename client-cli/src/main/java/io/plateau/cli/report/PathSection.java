package io.plateau.cli.report;

import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.h3;
import static j2html.TagCreator.li;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.text;
import static j2html.TagCreator.ul;

import io.plateau.cli.render.DatasetName;
import io.plateau.cli.render.NumberText;
import io.plateau.cli.render.SchemeName;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.CurveSummary;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.common.v1.Plateau;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.common.v1.PredictedPlateau;
import io.plateau.proto.common.v1.Warning;
import io.plateau.proto.interpolator.v1.EndCheck;
import io.plateau.proto.interpolator.v1.EndCheckStatus;
import io.plateau.proto.interpolator.v1.PathResult;
import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * One network: what was measured, its loss and error along the path with their plateaus, and
 * everything about its biases.
 */
final class PathSection {
  private static final int LANES = 4;

  private final ReportEntry entry;
  private final PathResult result;
  private final String id;

  PathSection(ReportEntry entry, int index) {
    this.entry = entry;
    this.result = entry.result();
    this.id = "network-" + index;
  }

  DomContent html() {
    ContainerTag<?> section =
        section()
            .withId(id)
            .withClass("network")
            .with(h2(entry.label()), p(measured()).withClass("lead"));
    section.with(finding());
    section.with(warnings());
    if (result.getCurvesList().stream().allMatch(curve -> curve.getPointsCount() == 0)) {
      return section.with(p("No point has been evaluated: there is nothing to draw."));
    }
    section.with(
        h3("Loss and error along the path"),
        div(
                figure("error", "Error", "error", Point::getError, CurveSummary::getErrorPlateau),
                figure(
                    "loss",
                    "Loss",
                    "mean cross-entropy",
                    Point::getLoss,
                    CurveSummary::getLossPlateau))
            .withClass("columns"),
        marksExplained());
    section.with(new LastBiasSection(entry, id).html());
    section.with(new ClassSection(entry, id).html());
    section.with(new LayerSection(entry, id).html());
    section.with(new TrainingSection(entry, id).html());
    return section;
  }

  private String measured() {
    int most = result.getCurvesList().stream().mapToInt(Curve::getPointsCount).max().orElse(0);
    long samples =
        result.getCurvesList().stream()
            .flatMap(curve -> curve.getPointsList().stream())
            .mapToLong(Point::getSamples)
            .max()
            .orElse(0);
    String dataset = DatasetName.of(result.getProvenance().getDataset());
    String depth =
        result.getPlan().getNetwork().getDepth() > 0
            ? ", depth r = " + result.getPlan().getNetwork().getDepth()
            : "";
    return "Measured: loss and error on "
        + Text.counted(samples, "sample")
        + (dataset.isEmpty() ? "" : " of " + dataset)
        + ", under "
        + Text.counted(result.getCurvesCount(), "scheme")
        + " at "
        + (result.getCurvesCount() > 1 ? "up to " : "")
        + Text.counted(most, "alpha")
        + " each"
        + depth
        + ". Alpha 0 is the first end (the initialization by default), alpha 1 the second (the minimizer).";
  }

  private DomContent finding() {
    List<DomContent> sentences = new ArrayList<>();
    for (Curve curve :
        result.getCurvesList().subList(0, Math.min(LANES, result.getCurvesCount()))) {
      if (!curve.hasSummary()) {
        sentences.add(
            li(SchemeName.of(curve.getScheme()) + ": no summary, because points are missing."));
        continue;
      }
      Plateau error = curve.getSummary().getErrorPlateau();
      Plateau loss = curve.getSummary().getLossPlateau();
      sentences.add(
          li(
              span(SchemeName.of(curve.getScheme())).withClass("scheme"),
              text(": the error " + fall(error) + "; the loss " + fall(loss) + ".")));
    }
    return ul().withClass("finding").with(sentences);
  }

  private static String fall(Plateau plateau) {
    if (plateau.getMarksCount() > 0) {
      return "has no plateau to speak of (" + Absent.reason(plateau, "") + ")";
    }
    String half =
        plateau.hasHalfDrop()
            ? "is halfway down at alpha " + NumberText.share(plateau.getHalfDrop())
            : "never falls halfway";
    return plateau.hasStart() && plateau.hasContiguousEnd()
        ? half
            + ", its strict plateau runs from "
            + NumberText.share(plateau.getStart())
            + " to "
            + NumberText.share(plateau.getContiguousEnd())
        : half + ", it has no strict plateau";
  }

  private DomContent warnings() {
    List<String> messages = new ArrayList<>();
    for (EndCheck check : result.getEndChecksList()) {
      if (check.getStatus() == EndCheckStatus.END_CHECK_STATUS_MISMATCHED) {
        messages.add(
            "End mismatch: at the "
                + (check.getEnd() == PairEnd.PAIR_END_INIT ? "first" : "second")
                + " end the measured loss is "
                + NumberText.significant(check.getMeasuredLoss(), 7)
                + " and the error "
                + NumberText.significant(check.getMeasuredError(), 7)
                + ", but "
                + NumberText.significant(check.getStoredLoss(), 7)
                + " and "
                + NumberText.significant(check.getStoredError(), 7)
                + " are stored. Do not trust these curves.");
      }
    }
    for (Curve curve : result.getCurvesList()) {
      long bad = curve.getPointsList().stream().filter(p -> p.getNonFiniteLogits() > 0).count();
      if (bad > 0) {
        messages.add(
            SchemeName.of(curve.getScheme())
                + ": "
                + Text.counted(bad, "point")
                + (bad == 1 ? " holds" : " hold")
                + " logits that are NaN or infinite. They are marked with a cross, left out of the summary and not to be trusted.");
      }
      if (curve.getSummary().hasAdaptive() && !curve.getSummary().getAdaptive().getConverged()) {
        messages.add(
            SchemeName.of(curve.getScheme())
                + ": the adaptive grid ended at its largest number of points before it reached its tolerance.");
      }
    }
    for (Warning warning : result.getWarningsList()) {
      messages.add(warning.getMessage());
    }
    return messages.isEmpty()
        ? text("")
        : div(p("Please note"), ul(each(messages, message -> li(message))))
            .withClass("warnings")
            .attr("role", "note");
  }

  private DomContent figure(
      String kind,
      String title,
      String yLabel,
      ToDoubleFunction<Point> value,
      Function<CurveSummary, Plateau> plateau) {
    List<Series> series = new ArrayList<>();
    List<Lane> lanes = new ArrayList<>();
    List<Level> levels = new ArrayList<>();
    for (int c = 0; c < result.getCurvesCount(); c++) {
      Curve curve = result.getCurves(c);
      Plateau measured = plateau.apply(curve.getSummary());
      Series line = Curves.series(curve, value, "", c);
      if (measured.hasHalfDrop()) {
        line =
            line.withRings(
                List.of(
                    new Series.XY(
                        measured.getHalfDrop(),
                        Curves.valueAt(line.points(), measured.getHalfDrop()))));
      }
      series.add(line);
      if (c < LANES && curve.hasSummary()) {
        lanes.add(lane(c, measured, curve.getSummary(), kind.equals("error")));
      }
      if (measured.hasThreshold()
          && levels.stream()
              .noneMatch(level -> Math.abs(level.value() - measured.getThreshold()) < 1e-9)
          && levels.size() < LANES) {
        levels.add(
            new Level(
                measured.getThreshold(),
                levels.isEmpty()
                    ? "threshold " + NumberText.significant(measured.getThreshold(), 4)
                    : "",
                c));
      }
    }
    if (kind.equals("loss")) {
      for (int c = 0; c < result.getCurvesCount(); c++) {
        Curve curve = result.getCurves(c);
        if (curve.getPointsList().stream().anyMatch(Point::hasLossBound)) {
          series.add(
              Curves.series(
                  curve,
                  point -> point.hasLossBound() ? point.getLossBound().getLowerBound() : Double.NaN,
                  " lower bound (derived)",
                  c + 7));
        }
      }
    }
    Chart chart =
        Chart.of(
                id + "-" + kind,
                title,
                described(series),
                Text.ALPHA,
                yLabel,
                Curves.alphas(result),
                Curves.values(series, 5),
                series)
            .withLanes(lanes)
            .withLevels(levels);
    return Figure.of(chart);
  }

  private static Lane lane(int style, Plateau plateau, CurveSummary summary, boolean error) {
    List<Lane.Mark> marks = new ArrayList<>();
    if (plateau.hasStart()) {
      // A plateau that starts with the path needs no number.
      marks.add(
          new Lane.Mark(
              plateau.getStart(), plateau.getStart() == 0 ? "" : "start", Lane.Symbol.EDGE));
    }
    boolean same =
        plateau.hasContiguousEnd()
            && plateau.hasLastEnd()
            && Math.abs(plateau.getContiguousEnd() - plateau.getLastEnd()) < 5e-4;
    if (plateau.hasContiguousEnd()) {
      marks.add(
          new Lane.Mark(plateau.getContiguousEnd(), same ? "end = last" : "end", Lane.Symbol.EDGE));
    }
    if (plateau.hasLastEnd() && !same) {
      marks.add(new Lane.Mark(plateau.getLastEnd(), "last", Lane.Symbol.LAST));
    }
    if (plateau.hasHalfDrop()) {
      marks.add(new Lane.Mark(plateau.getHalfDrop(), "half", Lane.Symbol.HALF_DROP));
    }
    if (error && summary.hasPredictedPlateau()) {
      PredictedPlateau predicted = summary.getPredictedPlateau();
      if (predicted.hasKeptInitEnd() || predicted.hasSmallInitEnd()) {
        double end =
            predicted.hasKeptInitEnd() ? predicted.getKeptInitEnd() : predicted.getSmallInitEnd();
        marks.add(new Lane.Mark(end, "derived", Lane.Symbol.PREDICTED));
      }
    }
    boolean bar = plateau.hasStart() && plateau.hasContiguousEnd();
    return new Lane(
        style,
        bar ? plateau.getStart() : Double.NaN,
        bar ? plateau.getContiguousEnd() : Double.NaN,
        List.copyOf(marks));
  }

  private DomContent marksExplained() {
    String more =
        result.getCurvesCount() > LANES
            ? " Marks are drawn for the first "
                + LANES
                + " schemes; the tables above hold those of all."
            : "";
    return p("Above each figure, one rail for each scheme: the bar is the strict plateau (start to contiguous end), the diamond the last"
            + " alpha at or above the threshold, the triangle and the ring the half-drop, the cross where theory expects the end of the"
            + " error plateau. Faint lines are the thresholds."
            + more)
        .withClass("note");
  }

  /** Says in words where each line begins and ends. */
  static String described(List<Series> series) {
    StringBuilder words = new StringBuilder();
    for (Series one : series.subList(0, Math.min(6, series.size()))) {
      if (one.points().isEmpty()) {
        words.append(one.name()).append(" has no points. ");
        continue;
      }
      Series.XY first = one.points().get(0);
      Series.XY last = one.points().get(one.points().size() - 1);
      words
          .append(one.name())
          .append(" goes from ")
          .append(NumberText.significant(first.y(), 4))
          .append(" at ")
          .append(NumberText.significant(first.x(), 4))
          .append(" to ")
          .append(NumberText.significant(last.y(), 4))
          .append(" at ")
          .append(NumberText.significant(last.x(), 4))
          .append(". ");
    }
    return words.append("All numbers are in the table below the figure.").toString();
  }
}
