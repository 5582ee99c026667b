package io.plateau.trainer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A trainer in a process of its own, which can be killed. */
final class TrainerProcess implements AutoCloseable {
  private static final long START_NANOS = TimeUnit.MINUTES.toNanos(3);

  private final Process process;
  private final int port;

  private TrainerProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts a trainer, whose settings must name the ports, and waits until it serves. */
  static TrainerProcess start(Map<String, String> flags, Path log) throws Exception {
    Process process = launch(flags, log);
    int port = Integer.parseInt(flags.get("trainer.port"));
    TrainerProcess trainer = new TrainerProcess(process, port);
    long start = System.nanoTime();
    while (!trainer.serves()) {
      if (!process.isAlive() || System.nanoTime() - start > START_NANOS) {
        process.destroyForcibly();
        throw new AssertionError("the trainer did not start; its log is " + log);
      }
      Thread.sleep(20);
    }
    return trainer;
  }

  /** Starts a trainer and does not wait. */
  static Process launch(Map<String, String> flags, Path log) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.bytedeco.javacpp.platform.extension="
                    + System.getProperty("org.bytedeco.javacpp.platform.extension", ""),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                TrainerMain.class.getName()));
    flags.forEach((key, value) -> command.add("--" + key + "=" + value));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** A port that is free now. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /** SIGTERM; gives the exit status. */
  int terminate() throws InterruptedException {
    // Unlike Process.destroy, this leaves the streams open.
    process.toHandle().destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the trainer did not end within a minute");
    }
    return process.exitValue();
  }

  int port() {
    return port;
  }

  private boolean serves() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
