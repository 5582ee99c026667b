package io.plateau.cli.report;

import static j2html.TagCreator.caption;
import static j2html.TagCreator.div;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.join;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.span;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.text;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.tr;

import io.plateau.cli.render.NumberText;
import io.plateau.cli.render.SchemeName;
import io.plateau.proto.common.v1.Convexity;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.CurveSummary;
import io.plateau.proto.common.v1.Monotonicity;
import io.plateau.proto.common.v1.Plateau;
import io.plateau.proto.common.v1.PredictedPlateau;
import io.plateau.proto.common.v1.ShapeSummary;
import j2html.tags.ContainerTag;
import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.List;

/** Every network and scheme side by side: the error curves, then the summaries in tables. */
final class ComparisonSection {
  private final List<ReportEntry> entries;

  ComparisonSection(List<ReportEntry> entries) {
    this.entries = entries;
  }

  DomContent html() {
    ContainerTag<?> section =
        section()
            .withId("comparison")
            .with(h2(entries.size() == 1 ? "The schemes in numbers" : "All results side by side"));
    if (entries.size() > 1) {
      section.with(div().withClass("columns").with(overview()));
    }
    return section
        .with(
            p(
                "The half-drop is the first alpha at which a value has fallen halfway from its value at 0 to its value at 1. The strict"
                    + " plateau is where the value stays at or above its threshold. The area is the mean over [0, 1], rescaled so that a"
                    + " curve which stays up scores 1 and one which falls at once scores 0. These are Plateau's own definitions: the paper"
                    + " states no number for the length of a plateau."))
        .with(div(plateaus()).withClass("scroll").withTabindex(0))
        .with(div(shapes()).withClass("scroll").withTabindex(0))
        .with(predictions());
  }

  private List<DomContent> overview() {
    List<DomContent> figures = new ArrayList<>();
    Axis alphas = Curves.alphas(entries.stream().map(ReportEntry::result).toList());
    List<List<Series>> all = new ArrayList<>();
    List<Series> together = new ArrayList<>();
    for (ReportEntry entry : entries) {
      List<Series> series = new ArrayList<>();
      for (int c = 0; c < entry.result().getCurvesCount(); c++) {
        series.add(Curves.series(entry.result().getCurves(c), p -> p.getError(), "", c));
      }
      all.add(series);
      together.addAll(series);
    }
    Axis errors = Curves.values(together, 5);
    for (int i = 0; i < entries.size(); i++) {
      figures.add(
          Figure.of(
              Chart.of(
                  "overview-" + i,
                  "Error: " + entries.get(i).label(),
                  PathSection.described(all.get(i)),
                  Text.ALPHA,
                  "error",
                  alphas,
                  errors,
                  all.get(i))));
    }
    return figures;
  }

  private ContainerTag<?> plateaus() {
    List<DomContent> rows = new ArrayList<>();
    for (ReportEntry entry : entries) {
      for (Curve curve : entry.result().getCurvesList()) {
        CurveSummary summary = curve.getSummary();
        ContainerTag<?> row = row(entry, curve);
        rows.add(row);
        if (!curve.hasSummary()) {
          row.with(td(Absent.because("no summary: points are missing")).attr("colspan", "8"));
          continue;
        }
        for (Plateau plateau : List.of(summary.getErrorPlateau(), summary.getLossPlateau())) {
          row.with(
              number(
                  plateau.hasHalfDrop(), plateau.getHalfDrop(), Absent.of(plateau, "never halved")),
              td(strict(plateau)),
              number(plateau.hasLastEnd(), plateau.getLastEnd(), Absent.of(plateau, "no plateau")),
              number(
                  plateau.hasNormalizedArea(),
                  plateau.getNormalizedArea(),
                  Absent.of(plateau, "not defined")));
        }
      }
    }
    return table()
        .withClass("comparison")
        .withId("plateaus")
        .with(caption(join("Plateaus, in alpha", Tag.derived())))
        .with(
            thead(
                tr(
                    column("Network").attr("rowspan", "2"),
                    column("Scheme").attr("rowspan", "2"),
                    th("Error").attr("colspan", "4").attr("scope", "colgroup"),
                    th("Loss").attr("colspan", "4").attr("scope", "colgroup")),
                tr(
                    each(
                        List.of(
                            "half-drop",
                            "strict plateau",
                            "last end",
                            "area",
                            "half-drop",
                            "strict plateau",
                            "last end",
                            "area"),
                        ComparisonSection::column))))
        .with(tbody().with(rows));
  }

  private static DomContent strict(Plateau plateau) {
    if (!plateau.hasStart() || !plateau.hasContiguousEnd()) {
      return Absent.of(plateau, "no plateau");
    }
    return text(
        NumberText.share(plateau.getStart())
            + " to "
            + NumberText.share(plateau.getContiguousEnd()));
  }

  private ContainerTag<?> shapes() {
    List<DomContent> rows = new ArrayList<>();
    for (ReportEntry entry : entries) {
      for (Curve curve : entry.result().getCurvesList()) {
        CurveSummary summary = curve.getSummary();
        rows.add(shape(row(entry, curve), summary.hasSegment(), summary.getSegment()));
        if (summary.hasAllPoints()) {
          rows.add(shape(row(entry, curve), true, summary.getAllPoints()));
        }
      }
    }
    return table()
        .withClass("comparison")
        .withId("shapes")
        .with(caption("Shape of the loss"))
        .with(
            thead(
                tr(
                    each(
                        List.of(
                            "Network",
                            "Scheme",
                            "alphas",
                            "monotone",
                            "largest rise Delta",
                            "convex share",
                            "under the chord",
                            "barrier over mean of ends",
                            "barrier over chord",
                            "barrier over larger end"),
                        ComparisonSection::column))))
        .with(tbody().with(rows));
  }

  private static DomContent shape(ContainerTag<?> row, boolean present, ShapeSummary shape) {
    if (!present || !shape.hasFirstAlpha()) {
      return row.with(
          td(Absent.because("no summary of points in this range")).attr("colspan", "8"));
    }
    row.with(
        td(
            NumberText.significant(shape.getFirstAlpha(), 4)
                + " to "
                + NumberText.significant(shape.getLastAlpha(), 4)));
    DomContent unmeasured =
        Absent.because(
            shape.getNonFiniteLosses() > 0 ? "a loss is not finite" : "fewer than two points");
    if (shape.hasMonotonicity()) {
      row.with(td(verdict(shape.getMonotonicity())), td(rise(shape.getMonotonicity())));
    } else {
      row.with(td(unmeasured), td(unmeasured));
    }
    Convexity convexity = shape.getConvexity();
    row.with(
        number(
            convexity.hasConvexShare(),
            convexity.getConvexShare(),
            shape.hasConvexity() ? Absent.because("no interior point") : unmeasured),
        number(shape.hasConvexity(), convexity.getUnderChordShare(), unmeasured));
    if (!shape.hasBarriers()) {
      DomContent absent =
          shape.hasMonotonicity() ? Absent.because("no point at alpha 0 or 1") : unmeasured;
      return row.with(td(absent), td(absent), td(absent));
    }
    return row.with(
        td(NumberText.significant(shape.getBarriers().getAboveMeanOfEnds(), 4)),
        td(NumberText.significant(shape.getBarriers().getAboveChord(), 4)),
        td(NumberText.significant(shape.getBarriers().getAboveMaxOfEnds(), 4)));
  }

  private static String verdict(Monotonicity monotonicity) {
    return (monotonicity.getMonotone() ? "yes" : "no")
        + ", to within "
        + NumberText.significant(monotonicity.getTolerance(), 3);
  }

  private static String rise(Monotonicity monotonicity) {
    String rise = NumberText.significant(monotonicity.getDrawUp(), 4);
    return monotonicity.hasDrawUpFrom() && monotonicity.hasDrawUpTo()
        ? rise
            + ", from "
            + NumberText.share(monotonicity.getDrawUpFrom())
            + " to "
            + NumberText.share(monotonicity.getDrawUpTo())
        : rise;
  }

  private DomContent predictions() {
    List<DomContent> rows = new ArrayList<>();
    for (ReportEntry entry : entries) {
      for (Curve curve : entry.result().getCurvesList()) {
        if (!curve.getSummary().hasPredictedPlateau()) {
          continue;
        }
        PredictedPlateau predicted = curve.getSummary().getPredictedPlateau();
        Plateau measured = curve.getSummary().getErrorPlateau();
        rows.add(
            row(entry, curve)
                .with(
                    number(
                        predicted.hasStart(), predicted.getStart(), Absent.because("no bias gap")),
                    number(
                        predicted.hasSmallInitEnd(),
                        predicted.getSmallInitEnd(),
                        Absent.because("not defined")),
                    number(
                        predicted.hasKeptInitEnd(),
                        predicted.getKeptInitEnd(),
                        Absent.because("no root: no plateau")),
                    td(strict(measured)),
                    td(NumberText.significant(predicted.getBiasGap(), 4)),
                    td(NumberText.significant(predicted.getLargestMargin(), 4)),
                    td(NumberText.significant(predicted.getInitialLogitSize(), 4)),
                    td(String.valueOf(predicted.getDegree()))));
      }
    }
    if (rows.isEmpty()) {
      return text("");
    }
    return div(table()
            .withClass("comparison")
            .withId("predictions")
            .with(caption(join("Error plateau as theory predicts it", Tag.derived())))
            .with(
                thead(
                    tr(
                        each(
                            List.of(
                                "Network",
                                "Scheme",
                                "predicted start",
                                "predicted end, small initialization",
                                "predicted end, initialization kept",
                                "measured strict plateau",
                                "bias gap D",
                                "largest margin V",
                                "initial logits eps",
                                "degree r"),
                            ComparisonSection::column))))
            .with(tbody().with(rows)))
        .withClass("scroll")
        .withTabindex(0);
  }

  private static ContainerTag<?> row(ReportEntry entry, Curve curve) {
    return tr(
        th(entry.label()).attr("scope", "row"),
        th(
                span(SchemeName.of(curve.getScheme())).withClass("scheme"),
                text(" "),
                Tag.of(curve.getScheme()))
            .attr("scope", "row"));
  }

  private static ContainerTag<?> column(String name) {
    return th(name).attr("scope", "col");
  }

  private static ContainerTag<?> number(boolean present, double value, DomContent absent) {
    return present ? td(NumberText.share(value)) : td(absent);
  }
}
