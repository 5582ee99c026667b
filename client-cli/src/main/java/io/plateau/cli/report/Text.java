package io.plateau.cli.report;

import io.plateau.cli.render.NumberText;

/** Words that several figures share. */
final class Text {
  static final String ALPHA = "alpha";
  static final String ABSENT = "–";

  private Text() {}

  /** At most so many characters, with an ellipsis where some were left out. */
  static String shortened(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length - 1) + "…";
  }

  /** "1 point", "2 points". */
  static String counted(long count, String singular) {
    return NumberText.count(count) + " " + singular + (count == 1 ? "" : "s");
  }
}
