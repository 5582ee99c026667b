package io.plateau.service.jobs;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The place in a list after which the next page starts, bound to the list's filter. */
record PageToken(Instant createTime, String id) {
  private static final char SEPARATOR = '.';

  String encode(JobFilter filter) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, createTime);
    String text = micros + "" + SEPARATOR + id + SEPARATOR + fingerprint(filter);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static PageToken decode(String token, JobFilter filter) {
    try {
      String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      int first = text.indexOf(SEPARATOR);
      int last = text.lastIndexOf(SEPARATOR);
      if (first > 0 && last > first && text.substring(last + 1).equals(fingerprint(filter))) {
        long micros = Long.parseLong(text.substring(0, first));
        return new PageToken(
            Instant.EPOCH.plus(micros, ChronoUnit.MICROS), text.substring(first + 1, last));
      }
    } catch (IllegalArgumentException | ArithmeticException | java.time.DateTimeException e) {
      throw invalid(e);
    }
    throw invalid(null);
  }

  private static JobException invalid(RuntimeException cause) {
    JobException refused =
        JobException.of(
            JobException.Reason.INVALID_PAGE_TOKEN,
            "page_token is not from a list with the same filter and order: start again without it",
            Map.of());
    if (cause != null) {
      refused.addSuppressed(cause);
    }
    return refused;
  }

  private static String fingerprint(JobFilter filter) {
    String text =
        new TreeSet<>(filter.states())
            + "/"
            + new TreeMap<>(filter.labels())
            + "/"
            + filter.parent().orElse("")
            + "/"
            + filter.order();
    return Digests.sha256(text.getBytes(StandardCharsets.UTF_8)).substring(0, 8);
  }
}
