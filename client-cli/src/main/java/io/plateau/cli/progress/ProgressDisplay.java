package io.plateau.cli.progress;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** One bar with rate and time left on standard error; nothing where that is no terminal. */
public final class ProgressDisplay implements AutoCloseable {
  private final ProgressBar bar;

  private ProgressDisplay(ProgressBar bar) {
    this.bar = bar;
  }

  /**
   * Shows a bar.
   *
   * @param task what is under way
   * @param unit what is counted, such as {@code " steps"}
   * @param total of the units; -1 if unknown
   */
  public static ProgressDisplay open(String task, String unit, long total) {
    if (!Terminal.errorIsTerminal()) {
      return new ProgressDisplay(null);
    }
    return new ProgressDisplay(
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax(total)
            .setUnit(unit, 1)
            .showSpeed()
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(200)
            .setConsumer(new ConsoleProgressBarConsumer(System.err, Terminal.columns()))
            .build());
  }

  /** Moves the bar. */
  public void update(long done, long total, String note) {
    if (bar != null) {
      bar.maxHint(total);
      bar.stepTo(done);
      bar.setExtraMessage(note);
    }
  }

  /** A line above the bar, or a plain line where there is no bar and it matters there too. */
  public static void say(String line) {
    System.err.println(line);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
