package io.plateau.cli.report;

import static j2html.TagCreator.span;
import static j2html.TagCreator.text;

import io.plateau.proto.common.v1.Scheme;
import j2html.tags.DomContent;

/** The little mark that tells what is ours from what is the paper's. */
final class Tag {
  private Tag() {}

  static DomContent derived() {
    return span("derived").withClass("tag").withTitle("Derived here; not stated in the paper.");
  }

  /** The mark of a scheme; nothing for a scheme that stands in a paper as it is. */
  static DomContent of(Scheme scheme) {
    return switch (scheme.getKindCase()) {
      case HOMOGENEOUS_BIAS ->
          span("b0 derived")
              .withClass("tag")
              .withTitle(
                  "The idea is the paper's; how nonzero initial biases are handled is derived here.");
      case HOMOGENEOUS_LAST_BIAS -> derived();
      default -> text("");
    };
  }
}
