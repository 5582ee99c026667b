package io.plateau.cli.report;

import static j2html.TagCreator.join;
import static j2html.TagCreator.span;
import static j2html.TagCreator.text;

import io.plateau.proto.common.v1.Plateau;
import io.plateau.proto.common.v1.PlateauMark;
import j2html.tags.DomContent;
import java.util.stream.Collectors;

/** A dash with the reason why there is no number. */
final class Absent {
  private Absent() {}

  static DomContent because(String reason) {
    return join(text(Text.ABSENT), span(reason).withClass("reason"));
  }

  /** Why this plateau has no such alpha. */
  static DomContent of(Plateau plateau, String whenMeasured) {
    return because(reason(plateau, whenMeasured));
  }

  static String reason(Plateau plateau, String whenMeasured) {
    if (plateau.getMarksCount() == 0) {
      return whenMeasured;
    }
    return plateau.getMarksList().stream().map(Absent::word).collect(Collectors.joining(", "));
  }

  private static String word(PlateauMark mark) {
    return switch (mark) {
      case PLATEAU_MARK_DEGENERATE -> "degenerate: no fall from 0 to 1";
      case PLATEAU_MARK_FAILED_TRAINING -> "failed training";
      case PLATEAU_MARK_NON_FINITE -> "a value is not finite";
      case PLATEAU_MARK_LACKS_ALPHA_ZERO -> "no point at alpha 0";
      case PLATEAU_MARK_LACKS_ALPHA_ONE -> "no point at alpha 1";
      case PLATEAU_MARK_ONE_CLASS -> "samples of one class only";
      case PLATEAU_MARK_UNSPECIFIED, UNRECOGNIZED -> "not measured";
    };
  }
}
