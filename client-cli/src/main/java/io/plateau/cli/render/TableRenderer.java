package io.plateau.cli.render;

import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.CurveSummary;
import io.plateau.proto.common.v1.Plateau;
import io.plateau.proto.common.v1.PlateauMark;
import io.plateau.proto.common.v1.ShapeSummary;
import io.plateau.proto.interpolator.v1.PathResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Two tables with a line for each curve: where the error falls halfway, its strict plateau and its
 * area; the same of the loss, and its shape.
 */
public final class TableRenderer implements ResultRenderer {
  private static final List<String> PLATEAU = List.of("HALF", "PLATEAU", "LAST", "AREA");
  private static final List<String> SHAPE = List.of("RISE", "CONVEX", "BARRIER");

  @Override
  public void render(List<PathResult> results, Appendable out) throws IOException {
    boolean named = results.size() > 1;
    List<String> curve = named ? List.of("NETWORK", "SCHEME") : List.of("SCHEME");
    TextTable error = new TextTable(joined(curve, PLATEAU));
    TextTable loss = new TextTable(joined(curve, PLATEAU, SHAPE));
    Set<String> notes = new LinkedHashSet<>();
    List<String> names = ResultName.distinct(results);
    for (int i = 0; i < results.size(); i++) {
      for (Curve one : results.get(i).getCurvesList()) {
        String scheme = SchemeName.of(one.getScheme());
        List<String> row = named ? List.of(names.get(i), scheme) : List.of(scheme);
        CurveSummary summary = one.getSummary();
        error.row(joined(row, plateau(summary.getErrorPlateau())));
        loss.row(joined(row, plateau(summary.getLossPlateau()), shape(summary.getSegment())));
        String note = note(one);
        if (!note.isEmpty()) {
          notes.add(String.join(", ", row) + ": " + note);
        }
      }
    }
    out.append("Error\n");
    error.write(out);
    out.append("\nLoss\n");
    loss.write(out);
    out.append('\n');
    for (String note : notes) {
      out.append(note.replaceAll("\\p{Cntrl}", " ")).append('\n');
    }
    out.append(
        """
        HALF: first alpha at which the value is halfway down. PLATEAU: where it stays at
        or above its threshold. LAST: last alpha there. AREA: 1 stays up, 0 falls at once.
        RISE: largest rise. CONVEX: share of convex points. BARRIER: height over the chord.
        Plateaus are Plateau's own definitions, not the paper's.
        """);
  }

  @SafeVarargs
  private static List<String> joined(List<String>... parts) {
    List<String> all = new ArrayList<>();
    for (List<String> part : parts) {
      all.addAll(part);
    }
    return all;
  }

  private static List<String> plateau(Plateau plateau) {
    return List.of(
        plateau.hasHalfDrop() ? NumberText.share(plateau.getHalfDrop()) : "",
        plateau.hasStart() && plateau.hasContiguousEnd()
            ? NumberText.share(plateau.getStart())
                + ".."
                + NumberText.share(plateau.getContiguousEnd())
            : "",
        plateau.hasLastEnd() ? NumberText.share(plateau.getLastEnd()) : "",
        plateau.hasNormalizedArea() ? NumberText.share(plateau.getNormalizedArea()) : "");
  }

  private static List<String> shape(ShapeSummary shape) {
    return List.of(
        shape.hasMonotonicity()
            ? NumberText.significant(shape.getMonotonicity().getDrawUp(), 3)
            : "",
        shape.getConvexity().hasConvexShare()
            ? NumberText.share(shape.getConvexity().getConvexShare())
            : "",
        shape.hasBarriers() ? NumberText.significant(shape.getBarriers().getAboveChord(), 3) : "");
  }

  private static String note(Curve curve) {
    if (!curve.hasSummary()) {
      return "no summary: points are missing";
    }
    Set<String> notes = new LinkedHashSet<>();
    CurveSummary summary = curve.getSummary();
    marks(notes, "error", summary.getErrorPlateau());
    marks(notes, "loss", summary.getLossPlateau());
    if (summary.getNonFinitePoints() > 0) {
      notes.add(summary.getNonFinitePoints() + " points not finite");
    }
    return String.join("; ", notes);
  }

  private static void marks(Set<String> notes, String value, Plateau plateau) {
    for (PlateauMark mark : plateau.getMarksList()) {
      String word =
          mark.name().replace("PLATEAU_MARK_", "").replace('_', ' ').toLowerCase(Locale.ROOT);
      notes.add(mark == PlateauMark.PLATEAU_MARK_FAILED_TRAINING ? word : value + " " + word);
    }
  }
}
