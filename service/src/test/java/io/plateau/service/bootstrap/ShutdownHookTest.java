package io.plateau.service.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.service.probe.ProbeServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShutdownHookTest {
  /** A server process. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
      ProbeServer probe =
          ProbeServer.start(
              "trainer",
              Map.of(),
              builder ->
                  builder
                      .onDrain("jobs", timeLeft -> System.out.println("saved"))
                      .onStop("database", timeLeft -> System.out.println("closed")));
      ShutdownHook.install(List.of(probe.server));
      System.out.println("serving");
      probe.server.awaitTermination();
    }
  }

  @Test
  void sigtermEndsTheServerInOrderAndTheProcessWith143() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(output.readLine()).isEqualTo("serving");

      // Unlike Process.destroy, this leaves the output open.
      assertThat(process.toHandle().destroy()).isTrue();

      assertThat(output.lines()).containsExactly("saved", "closed");
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
    } finally {
      process.destroyForcibly();
    }
  }
}
