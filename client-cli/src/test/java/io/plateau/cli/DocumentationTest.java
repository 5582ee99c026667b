package io.plateau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.interpolator.configuration.InterpolatorConfiguration;
import io.plateau.interpolator.metrics.InterpolatorMetrics;
import io.plateau.service.configuration.ConfigurationTable;
import io.plateau.service.metrics.ServerMetrics;
import io.plateau.trainer.configuration.TrainerConfiguration;
import io.plateau.trainer.metrics.TrainerMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Pages that are made from code, and links between pages. {@code mvn -pl client-cli -am test
 * -Dtest=DocumentationTest -Dplateau.write-docs=true} writes the pages anew.
 */
class DocumentationTest {
  private static final Path DOCS = Path.of("..", "docs");

  @Test
  void everySettingIsOnThePage() throws IOException {
    compare(
        "configuration.md",
        """
        # Configuration

        Every setting of both services, made from the code. A flag wins over a variable of the environment, a variable over the file
        (`--config FILE` or `PLATEAU_CONFIG`, lines of `key=value`), the file over the default. Unknown names are refused.

        ## Trainer

        %s
        ## Interpolator

        %s"""
            .formatted(
                ConfigurationTable.markdown(TrainerConfiguration.catalogue()),
                ConfigurationTable.markdown(InterpolatorConfiguration.catalogue())));
  }

  @Test
  void everyMetricIsOnThePage() throws IOException {
    compare(
        "metrics.md",
        """
        # Metrics

        Both services answer `GET /metrics` for Prometheus (trainer 9431, interpolator 9432 by default). Made from the catalogue in
        code; seconds and bytes, counters end in `_total`, labels take few values. Beside these stand the meters of the JVM, the process
        and the executors from Micrometer.

        ## Trainer

        %s
        ## Interpolator

        %s"""
            .formatted(
                ServerMetrics.CATALOGUE.plus(TrainerMetrics.CATALOGUE).markdown(),
                ServerMetrics.CATALOGUE.plus(InterpolatorMetrics.CATALOGUE).markdown()));
  }

  @Test
  void linksLeadSomewhere() throws IOException {
    Pattern link = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
    for (Path page : new Path[] {Path.of("..", "README.md"), DOCS}) {
      try (var pages = Files.walk(page)) {
        for (Path file : pages.filter(path -> path.toString().endsWith(".md")).toList()) {
          Matcher matcher = link.matcher(Files.readString(file));
          while (matcher.find()) {
            assertThat(file.resolveSibling(matcher.group(1))).as("link in %s", file).exists();
          }
        }
      }
    }
  }

  private static void compare(String page, String expected) throws IOException {
    Path file = DOCS.resolve(page);
    if (Boolean.getBoolean("plateau.write-docs")) {
      Files.writeString(file, expected);
    }
    assertThat(file).as("run with -Dplateau.write-docs=true to write it anew").hasContent(expected);
  }
}
