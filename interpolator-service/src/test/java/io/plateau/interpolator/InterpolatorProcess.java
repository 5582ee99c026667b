package io.plateau.interpolator;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An interpolator in a process of its own. */
final class InterpolatorProcess {
  private InterpolatorProcess() {}

  /** Starts one with the given settings; what it says goes to a file. */
  static Process start(Map<String, String> flags, Path output) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx1g");
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(InterpolatorMain.class.getName());
    flags.forEach((key, value) -> command.add("--" + key + "=" + value));
    File log = output.toFile();
    return new ProcessBuilder(command)
        .redirectOutput(Redirect.appendTo(log))
        .redirectError(Redirect.appendTo(log))
        .start();
  }

  /** A port that was free a moment ago. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
