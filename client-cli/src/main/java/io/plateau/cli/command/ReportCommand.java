package io.plateau.cli.command;

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
      entries.add(ReportEntry.of(read(file)));
    }
    try {
      Report.write(entries, output);
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.INVALID, "can't write " + output + ": " + e.getMessage());
    }
    System.out.println(output);
  }

  private static PathResult read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CommandFailure(
            ExitCode.INVALID, file + " is larger than " + (MAX_BYTES >> 20) + " MiB");
      }
      PathResult.Builder result = PathResult.newBuilder();
      JsonFormat.parser().merge(Files.readString(file), result);
      if (result.getCurvesCount() == 0) {
        throw new CommandFailure(ExitCode.INVALID, file + " holds no curve");
      }
      return result.build();
    } catch (com.google.protobuf.InvalidProtocolBufferException e) {
      throw new CommandFailure(
          ExitCode.INVALID,
          file + " is no result as `interpolate -o json` prints it: " + e.getMessage());
    } catch (IOException e) {
      throw new CommandFailure(ExitCode.NOT_FOUND, "can't read " + file + ": " + e.getMessage());
    }
  }
}
