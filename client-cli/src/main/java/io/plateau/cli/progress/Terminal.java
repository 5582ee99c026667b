package io.plateau.cli.progress;

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

  /** Characters of a line, 80 if unknown. */
  public static int columns() {
    return Math.max(40, Math.min(400, Integer.getInteger("plateau.columns", 80)));
  }
}
