package io.plateau.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.plateau.cli.render.GoldenResults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Opens reports in a real Chromium. Without one it is skipped, unless PLATEAU_REQUIRE_CHROMIUM=1.
 */
@Tag("slow")
class ReportInBrowserTest {
  private static Path chromium;

  @TempDir Path folder;

  @BeforeAll
  static void findChromium() {
    var found = Browser.find();
    if ("1".equals(System.getenv("PLATEAU_REQUIRE_CHROMIUM"))) {
      assertThat(found).as("chromium on the search path").isPresent();
    }
    assumeTrue(found.isPresent(), "no chromium on the search path");
    chromium = found.orElseThrow();
  }

  private Browser open(ReportEntry... entries) throws Exception {
    Path file = folder.resolve("report.html");
    Report.write(List.of(entries), file);
    Browser browser = new Browser(chromium, Files.createDirectories(folder.resolve("profile")));
    browser.open(file.toUri());
    return browser;
  }

  private static ReportEntry golden() {
    return ReportEntry.of(GoldenResults.path("fcn4_zero_b0")).withPair(GoldenResults.trainedPair());
  }

  @Test
  void asksForNothingAndComplainsOfNothing() throws Exception {
    try (Browser browser = open(golden(), ReportEntry.of(GoldenResults.path("fcn3")))) {
      assertThat(browser.requests()).isNotEmpty().allMatch(url -> url.matches("(file|data):.*"));
      assertThat(browser.requests()).filteredOn(url -> url.startsWith("file:")).hasSize(1);
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void thePolicyHoldsBackWhatIsNotTheReports() throws Exception {
    try (Browser browser = open(golden())) {
      JsonNode violations =
          browser.evaluate(
              """
              new Promise((done) => {
                const seen = [];
                document.addEventListener("securitypolicyviolation", (event) => {
                  seen.push(event.effectiveDirective + " " + event.blockedURI);
                  if (seen.length === 2) done(seen.sort());
                });
                const script = document.createElement("script");
                script.textContent = "window.foreign = 1";
                const image = document.createElement("img");
                image.src = "https://example.invalid/x.png";
                document.body.append(script, image);
              })
              """);

      assertThat(violations.get(0).asText()).isEqualTo("img-src https://example.invalid/x.png");
      assertThat(violations.get(1).asText()).startsWith("script-src-elem inline");
      assertThat(browser.evaluate("window.foreign").isMissingNode()).isTrue();
    }
  }

  @Test
  void everyFigureIsDrawnWithItsData() throws Exception {
    try (Browser browser = open(golden())) {
      JsonNode charts =
          browser.evaluate(
              """
              Array.from(document.querySelectorAll("svg.chart"), (chart) => {
                const box = chart.getBoundingClientRect();
                const marks = Array.from(chart.querySelectorAll("path.line, path.marker, rect.cell"));
                const table = chart.closest("figure").querySelector("details table");
                return {
                  id: chart.id,
                  width: box.width,
                  height: box.height,
                  drawn: marks.filter((mark) => mark.getBBox().width > 0 || mark.getBBox().height > 0).length,
                  rows: table.tBodies[0].rows.length,
                };
              })
              """);

      assertThat(charts.size()).isGreaterThan(20);
      for (JsonNode chart : charts) {
        assertThat(chart.get("width").doubleValue()).as(chart.toString()).isGreaterThan(100);
        assertThat(chart.get("height").doubleValue()).as(chart.toString()).isGreaterThan(50);
        assertThat(chart.get("drawn").intValue()).as(chart.toString()).isPositive();
        assertThat(chart.get("rows").intValue()).as(chart.toString()).isPositive();
      }
      // No text of a figure runs out of the page.
      assertThat(
              browser.evaluate("document.documentElement.scrollWidth <= innerWidth").booleanValue())
          .isTrue();
    }
  }

  @Test
  void thePointerShowsTheNumbersOfTheNearestAlpha() throws Exception {
    try (Browser browser = open(golden())) {
      JsonNode place =
          browser.evaluate(
              """
              (() => {
                const chart = document.getElementById("network-0-error");
                chart.scrollIntoView({block: "center", behavior: "instant"});
                const [left, top, width, height] = chart.dataset.plot.split(" ").map(Number);
                const [min, max] = chart.dataset.x.split(" ").map(Number);
                const box = chart.getBoundingClientRect();
                const zoom = box.width / chart.viewBox.baseVal.width;
                return {
                  x: box.left + (left + (0.502 - min) / (max - min) * width) * zoom,
                  y: box.top + (top + height / 2) * zoom,
                };
              })()
              """);

      browser.movePointer(place.get("x").doubleValue(), place.get("y").doubleValue());

      JsonNode tip = tip(browser);
      assertThat(tip.get("hidden").booleanValue()).isFalse();
      assertThat(tip.get("text").asText()).startsWith("alpha 0.5");
      var curve = GoldenResults.path("fcn4_zero_b0").getCurves(0);
      double error =
          curve.getPointsList().stream()
              .filter(point -> point.getAlpha() == 0.5)
              .findFirst()
              .orElseThrow()
              .getError();
      assertThat(Double.parseDouble(tip.get("first").asText())).isCloseTo(error, within(1e-6));
      assertThat(tip.get("dots").intValue()).isEqualTo(8);

      browser.movePointer(1, 1);
      assertThat(tip(browser).get("hidden").booleanValue()).isTrue();
    }
  }

  @Test
  void theArrowKeysWalkAlongAFocusedFigure() throws Exception {
    try (Browser browser = open(golden())) {
      browser.evaluate("document.getElementById('network-0-loss').focus()");

      browser.press("ArrowRight");
      assertThat(tip(browser).get("text").asText()).startsWith("alpha -0.25");
      browser.press("ArrowRight");
      assertThat(tip(browser).get("text").asText()).startsWith("alpha 0");
      browser.press("End");
      assertThat(tip(browser).get("text").asText()).startsWith("alpha 1.25");
      browser.press("Escape");
      assertThat(tip(browser).get("hidden").booleanValue()).isTrue();
    }
  }

  @Test
  void hostileTextIsTextAndRunsNothing() throws Exception {
    try (Browser browser = open(ResultsForTests.hostile())) {
      browser.evaluate("document.getElementById('network-0-training-biases').focus()");
      browser.press("End");

      assertThat(tip(browser).get("text").asText()).contains("<script>");
      assertThat(browser.evaluate("window.hurt").isMissingNode()).isTrue();
      assertThat(browser.evaluate("document.scripts.length").intValue()).isEqualTo(1);
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void lightAndDarkPagesBothReadWell() throws Exception {
    try (Browser browser = open(golden())) {
      for (String scheme : List.of("light", "dark")) {
        browser.preferColours(scheme);
        JsonNode contrasts =
            browser.evaluate(
                """
                (() => {
                  const luminance = (colour) => {
                    const [r, g, b] = colour.match(/[\\d.]+/g).map((v) => {
                      const s = Number(v) / 255;
                      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
                    });
                    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                  };
                  const ground = luminance(getComputedStyle(document.documentElement).backgroundColor);
                  const contrast = (colour) => {
                    const l = luminance(colour);
                    return (Math.max(l, ground) + 0.05) / (Math.min(l, ground) + 0.05);
                  };
                  return {
                    dark: ground < 0.2,
                    text: contrast(getComputedStyle(document.querySelector("svg.chart .tick")).fill),
                    lines: Array.from(document.querySelectorAll("svg.chart path.line"), (line) =>
                      contrast(getComputedStyle(line).stroke)),
                  };
                })()
                """);

        assertThat(contrasts.get("dark").booleanValue()).isEqualTo(scheme.equals("dark"));
        // WCAG 2: 4.5 for text, 3 for graphics.
        assertThat(contrasts.get("text").doubleValue()).isGreaterThan(4.5);
        for (JsonNode contrast : contrasts.get("lines")) {
          assertThat(contrast.doubleValue()).as(scheme).isGreaterThan(3);
        }
      }
    }
  }

  private static JsonNode tip(Browser browser) throws Exception {
    return browser.evaluate(
        """
        (() => {
          const tip = document.querySelector(".tip");
          const value = tip.querySelector("div span:last-child");
          return {
            hidden: tip.hidden,
            text: tip.textContent,
            first: value ? value.textContent : "",
            dots: document.querySelectorAll(".cursor .dot").length,
          };
        })()
        """);
  }
}
