package io.plateau.cli.report;

import static j2html.TagCreator.a;
import static j2html.TagCreator.body;
import static j2html.TagCreator.document;
import static j2html.TagCreator.each;
import static j2html.TagCreator.footer;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.head;
import static j2html.TagCreator.header;
import static j2html.TagCreator.html;
import static j2html.TagCreator.li;
import static j2html.TagCreator.link;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.nav;
import static j2html.TagCreator.p;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.script;
import static j2html.TagCreator.style;
import static j2html.TagCreator.title;
import static j2html.TagCreator.ul;

import io.plateau.cli.render.DatasetName;
import io.plateau.cli.render.ResultName;
import j2html.tags.DomContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * The HTML report of any number of results: one file without a reference to anything outside it. A
 * content security policy in the page forbids the browser every request and every script but its
 * own.
 */
public final class Report {
  private Report() {}

  /**
   * Writes the report. The file is there whole or not at all; one that is there already is
   * replaced.
   *
   * @param entries at least one result
   * @throws IllegalArgumentException if there is no result
   * @throws IOException if the folder cannot be made or written to
   */
  public static void write(List<ReportEntry> entries, Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(page(entries).getBytes(StandardCharsets.UTF_8));
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path temporary = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      // Not createTempFile: its files are readable by their owner only.
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      try {
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * The page as text. The same results give the same text.
   *
   * @throws IllegalArgumentException if there is no result
   */
  public static String page(List<ReportEntry> results) {
    if (results.isEmpty()) {
      throw new IllegalArgumentException("a report needs at least one result");
    }
    List<ReportEntry> entries = labelled(results);
    String script = resource("report.js");
    String heading =
        entries.size() == 1
            ? entries.get(0).label()
            : Text.counted(entries.size(), "network") + " side by side";
    List<DomContent> sections = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      sections.add(new PathSection(entries.get(i), i).html());
    }
    List<String> labels = entries.stream().map(ReportEntry::label).toList();
    return document(
        html(
                head(
                    meta().withCharset("utf-8"),
                    meta()
                        .attr("http-equiv", "Content-Security-Policy")
                        .withContent(
                            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; script-src 'sha256-"
                                + digest(script)
                                + "'"),
                    meta().withName("viewport").withContent("width=device-width, initial-scale=1"),
                    meta().withName("color-scheme").withContent("light dark"),
                    title("Plateau: " + heading),
                    link().withRel("icon").withHref("data:,"),
                    style(rawHtml(resource("report.css")))),
                body(
                    header(
                        p("Plateau report").withClass("kicker"),
                        h1(heading),
                        p(measured(entries)).withClass("lead")),
                    nav(ul(
                            li(
                                a(entries.size() == 1 ? "In numbers" : "All results")
                                    .withHref("#comparison")),
                            each(labels, (i, label) -> li(a(label).withHref("#network-" + i))),
                            li(a("Provenance").withHref("#provenance"))))
                        .attr("aria-label", "Sections"),
                    main(new ComparisonSection(entries).html())
                        .with(sections)
                        .with(new ProvenanceSection(entries).html()),
                    footer(
                        p(
                            "Loss is the mean cross-entropy with the natural logarithm, error the share of samples read wrongly. What is marked"
                                + " derived was derived for Plateau and is not stated in the paper (Wang, Wang, Zhou and Ge, Plateau in Monotonic Linear"
                                + " Interpolation, ICLR 2023). Scheme LAYERS follows Vlaar and Frankle (2022), SCALE Tao et al. (2024).")),
                    script(rawHtml(script))))
            .withLang("en"));
  }

  /** Entries without a label of their own are named so that no two are the same. */
  private static List<ReportEntry> labelled(List<ReportEntry> entries) {
    List<String> names = ResultName.distinct(entries.stream().map(ReportEntry::result).toList());
    List<ReportEntry> labelled = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      ReportEntry entry = entries.get(i);
      labelled.add(entry.label().isBlank() ? entry.withLabel(names.get(i)) : entry);
    }
    return labelled;
  }

  private static String measured(List<ReportEntry> entries) {
    int curves = entries.stream().mapToInt(entry -> entry.result().getCurvesCount()).sum();
    List<String> data =
        entries.stream()
            .map(entry -> DatasetName.of(entry.result().getProvenance().getDataset()))
            .filter(name -> !name.isEmpty())
            .distinct()
            .toList();
    return "Loss and error of "
        + Text.counted(entries.size(), "trained network")
        + " on the way from one end of a path, by default the initialization, to the other, by default the minimizer: "
        + Text.counted(curves, "curve")
        + (data.isEmpty() ? "" : " on " + String.join(", ", data))
        + ", and what the biases do to them.";
  }

  private static String resource(String name) {
    try (InputStream stream = Report.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the program's file " + name + " is missing from its jar");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(String script) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
