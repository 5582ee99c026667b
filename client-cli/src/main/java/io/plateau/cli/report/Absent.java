package io.plateau.cli.report;

import static j2html.TagCreator.join;
import static j2html.TagCreator.span;
import static j2html.TagCreator.text;

import io.plateau.proto.common.v1.Plateau;
import j2html.tags.DomContent;

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
    return switch (plateau.getStatus()) {
      case PLATEAU_STATUS_DEGENERATE -> "degenerate: no fall from 0 to 1";
      case PLATEAU_STATUS_FAILED_TRAINING -> "failed training";
      case PLATEAU_STATUS_ENDS_MISSING -> "no value at 0 or 1";
      case PLATEAU_STATUS_MEASURED -> whenMeasured;
      case PLATEAU_STATUS_UNSPECIFIED, UNRECOGNIZED -> "not measured";
    };
  }
}
