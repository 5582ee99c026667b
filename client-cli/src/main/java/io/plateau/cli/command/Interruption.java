package io.plateau.cli.command;

/**
 * What Ctrl-C or SIGTERM must still do: cancel what a command started. The virtual machine ends
 * with 130 or 143 after it.
 */
final class Interruption implements AutoCloseable {
  private final Thread hook;

  private Interruption(Thread hook) {
    this.hook = hook;
  }

  /** Runs an action if the process is told to end before this is closed. */
  static Interruption on(Runnable action) {
    Thread hook = new Thread(action, "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
    return new Interruption(hook);
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // The action is running or has run: that is what it is for.
      return;
    }
  }
}
