package io.plateau.cli.progress;

import java.util.Locale;

/** What the launcher found out about standard output and standard error. */
public final class Terminal {
  private Terminal() {}

  /** Whether standard error is a terminal: progress is shown there. */
  public static boolean errorIsTerminal() {
    return Boolean.getBoolean("plateau.stderr.terminal");
  }

  /** Whether standard output is a terminal. */
  public static boolean outputIsTerminal() {
    return Boolean.getBoolean("plateau.stdout.terminal");
  }

  /** Whether colour is welcome: on a terminal, unless NO_COLOR is set. */
  public static boolean colour() {
    return outputIsTerminal() && System.getenv("NO_COLOR") == null;
  }

  /** Whether characters beyond ASCII are shown: by the locale of the environment. */
  public static boolean unicode() {
    for (String variable : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String locale = System.getenv(variable);
      if (locale != null && !locale.isEmpty()) {
        return locale.toUpperCase(Locale.ROOT).replace("-", "").contains("UTF8");
      }
    }
    return false;
  }

  /** Characters of a line, 80 if unknown. */
  public static int columns() {
    return Math.max(40, Math.min(400, Integer.getInteger("plateau.columns", 80)));
  }
}
