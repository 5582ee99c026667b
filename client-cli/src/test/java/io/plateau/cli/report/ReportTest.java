package io.plateau.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.cli.render.GoldenResults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  @Test
  void writesOneWholeFileAndNothingElse(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("new").resolve("report.html");

    Report.write(List.of(ReportEntry.of(GoldenResults.path("fcn3"))), file);

    assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>").endsWith("</html>");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }
}
