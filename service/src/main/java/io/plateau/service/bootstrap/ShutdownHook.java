package io.plateau.service.bootstrap;

import java.util.List;

/**
 * Ends servers when the process is told to end (SIGTERM, SIGINT). The process exits with 143 or 130
 * after the last one has ended, as shells expect.
 */
public final class ShutdownHook {
  private ShutdownHook() {}

  /**
   * To be called by a main class.
   *
   * @param servers in the order in which they are ended
   */
  public static void install(List<PlateauServer> servers) {
    Thread hook = new Thread(() -> servers.forEach(PlateauServer::close), "shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
  }
}
