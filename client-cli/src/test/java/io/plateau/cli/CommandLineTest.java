package io.plateau.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.util.JsonFormat;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.PathResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as a process: what it prints where, and how it ends. */
class CommandLineTest {
  private static final Path GOLDEN = Path.of("..", "core", "src", "test", "resources", "golden");

  @TempDir private Path directory;

  /** What a run left. */
  private record Run(int exitCode, String out, String err) {}

  @Test
  void versionGoesToStandardOutput() throws Exception {
    Run run = plateau("version");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).startsWith("plateau 0.");
    assertThat(run.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | train fcn --depth x | --depth",
        "2 | trian fcn | Did you mean",
        "2 | evaluate . --alphas 1:0:3 --data y | no grid",
        "2 | evaluate . --scheme QUADRATIC --data y | no scheme",
        "2 | trainings | list, get, watch",
        "2 | pairs get ../../etc | no name",
        "4 | evaluate does-not-exist --data x.safetensors | does-not-exist",
        "8 | trainings list --trainer localhost:1 | plateau up",
        "8 | interpolate some-pair --interpolator localhost:1 | plateau up"
      })
  void failuresSayWhatAndEndWithTheirCode(int exitCode, String arguments, String said)
      throws Exception {
    Run run = plateau(arguments.split(" "));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains(said).doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fcn3", "fcn4_zero_b0", "tanh_deep", "conv_small"})
  void evaluateGivesTheReferenceValuesAsProtobufJson(String name) throws Exception {
    Path pair = GOLDEN.resolve(name);
    Run run =
        plateau(
            "evaluate",
            pair.toString(),
            "--data",
            pair.resolve("inputs.safetensors").toString(),
            "--alphas",
            "21",
            "--scheme",
            "LINEAR",
            "--scheme",
            "homogeneous-bias",
            "-o",
            "json");
    assertThat(run.exitCode()).as(run.err()).isZero();
    PathResult.Builder parsed = PathResult.newBuilder();
    JsonFormat.parser().merge(run.out(), parsed);
    PathResult result = parsed.build();
    assertThat(
            result.getProvenance().getComputeTime().getNanos()
                + result.getProvenance().getComputeTime().getSeconds() * 1_000_000_000L)
        .isPositive();
    JsonNode expected =
        new ObjectMapper().readTree(Files.readString(pair.resolve("expected.json")));
    for (Curve curve : result.getCurvesList()) {
      JsonNode reference = null;
      String scheme = curve.getScheme().hasLinear() ? "LINEAR" : "HOMOGENEOUS_BIAS";
      for (JsonNode candidate : expected.get("curves")) {
        reference = candidate.get("scheme").asText().equals(scheme) ? candidate : reference;
      }
      int compared = 0;
      for (JsonNode point : reference.get("points")) {
        for (Point found : curve.getPointsList()) {
          if (Math.abs(found.getAlpha() - point.get("alpha").asDouble()) < 1e-12) {
            double loss = point.get("loss").asDouble();
            assertThat(found.getLoss()).isCloseTo(loss, within(1e-5 * Math.max(1, loss)));
            compared++;
          }
        }
      }
      assertThat(compared).isEqualTo(21);
      JsonNode halfDrop = reference.get("summary").get("error_plateau").get("half_drop");
      if (!halfDrop.isNull()) {
        assertThat(curve.getSummary().getErrorPlateau().getHalfDrop())
            .isCloseTo(halfDrop.asDouble(), within(1e-4));
      }
    }
    Path saved = directory.resolve(name + ".json");
    Files.writeString(saved, run.out());
    Run report =
        plateau("report", saved.toString(), "-o", directory.resolve("report.html").toString());
    assertThat(report.exitCode()).as(report.err()).isZero();
    assertThat(Files.readString(directory.resolve("report.html")))
        .contains("<svg")
        .doesNotContain("http://", "https://");
  }

  @Test
  void aDamagedPairIsRefusedWithTheFileNamed() throws Exception {
    for (String file :
        new String[] {
          "architecture.json", "init.safetensors", "final.safetensors", "inputs.safetensors"
        }) {
      Files.copy(GOLDEN.resolve("fcn3").resolve(file), directory.resolve(file));
    }
    byte[] bytes = Files.readAllBytes(directory.resolve("final.safetensors"));
    Files.write(
        directory.resolve("final.safetensors"), java.util.Arrays.copyOf(bytes, bytes.length - 9));
    Run run =
        plateau(
            "evaluate",
            directory.toString(),
            "--data",
            directory.resolve("inputs.safetensors").toString());
    assertThat(run.exitCode()).isIn(3, 11);
    assertThat(run.err()).contains("final.safetensors").doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void completionIsAScript() throws Exception {
    Run run = plateau("completion");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("complete -F").contains("interpolate");
  }

  private static Run plateau(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.plateau.cli.Plateau"));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile("plateau", ".out");
    Path err = Files.createTempFile("plateau", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      if (!process.waitFor(120, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("no end within two minutes: " + command);
      }
      return new Run(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
