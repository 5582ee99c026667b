package io.plateau.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.plateau.cli.failure.CommandFailure;
import io.plateau.cli.failure.ExitCode;
import io.plateau.cli.report.Report;
import io.plateau.cli.report.ReportEntry;
import io.plateau.proto.interpolator.v1.PathResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plateau report RESULTS... -o report.html}. */
@Command(
    name = "report",
    description = {
      "Writes one HTML file about any number of results.",
      "A result is what `interpolate -o json`, `evaluations watch -o json` or `evaluate -o json` prints."
    },
    mixinStandardHelpOptions = true)
final class ReportCommand implements Runnable {
  private static final long MAX_BYTES = 256L << 20;

  @Parameters(paramLabel = "RESULT", arity = "1..64", description = "JSON files.")
  private List<Path> results;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("report.html");

  @Override
  public void run() {
    List<ReportEntry> entries = new ArrayList<>();
    for (Path file : results) {
      read(file).forEach(result -> entries.add(ReportEntry.of(result)));
    }
    try {
      Report.write(entries, output);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.INVALID, "can't write " + output + ": " + e.getMessage());
    }
    System.out.println(output);
  }

  /** One result, or an array of several as `demo` writes it. */
  private static List<PathResult> read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CommandFailure(
            ExitCode.INVALID, file + " is larger than " + (MAX_BYTES >> 20) + " MiB");
      }
      JsonNode document = new ObjectMapper().readTree(file.toFile());
      List<PathResult> found = new ArrayList<>();
      for (JsonNode entry : document.isArray() ? document : List.of(document)) {
        PathResult.Builder result = PathResult.newBuilder();
        JsonFormat.parser().merge(entry.toString(), result);
        if (result.getCurvesCount() == 0) {
          throw new CommandFailure(ExitCode.INVALID, file + " holds no curve");
        }
        found.add(result.build());
      }
      return found;
    } catch (InvalidProtocolBufferException | JsonProcessingException e) {
      throw new CommandFailure(
          ExitCode.INVALID,
          file + " is no result as `interpolate -o json` prints it: " + e.getMessage());
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.NOT_FOUND, "can't read " + file + ": " + e.getMessage());
    }
  }
}
