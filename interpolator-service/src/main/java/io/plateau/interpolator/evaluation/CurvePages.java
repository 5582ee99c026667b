package io.plateau.interpolator.evaluation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.CurveSummary;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.common.v1.Scheme;
import io.plateau.proto.interpolator.v1.GetCurveRequest;
import io.plateau.proto.interpolator.v1.GetCurveResponse;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.interpolator.v1.Plan;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.jobs.Job;
import io.plateau.service.jobs.JobStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stored curves in pages. Points are stored by ascending alpha, so a page ends at an event and the
 * next one goes on behind it.
 */
final class CurvePages {
  private static final int LARGEST_PAGE = 1_000;
  // Below the limit that clients have for a message.
  private static final int PAGE_BYTES = 3 << 20;
  private static final Pattern TOKEN = Pattern.compile("([0-9]+)\\.([0-9]+)\\.([0-9]{1,18})");

  private final JobStore jobs;
  private final StoredItems items;

  CurvePages(JobStore jobs, StoredItems items) {
    this.jobs = jobs;
    this.items = items;
  }

  /** A page of a curve. */
  GetCurveResponse get(GetCurveRequest request) {
    Job job = jobs.get(EvaluationMessages.id(request.getName()));
    PathSpec spec = EvaluationMessages.request(job).getSpec();
    int schemes = Math.max(1, spec.getSchemesCount());
    int scheme = request.getSchemeIndex();
    if (scheme >= schemes) {
      throw PlateauException.builder(
              Reason.POSITION_OUT_OF_RANGE,
              "scheme_index: " + scheme + " is beyond the last scheme, " + (schemes - 1))
          .field("scheme_index", "must be at most " + (schemes - 1))
          .metadata("last", schemes - 1)
          .build();
    }
    int size = request.getPageSize() == 0 ? LARGEST_PAGE : request.getPageSize();
    Position from = position(request);
    List<Point> points = new ArrayList<>();
    long[] end = new long[1];
    boolean[] more = new boolean[1];
    int[] bytes = new int[1];
    items.walk(
        job.id(),
        from.event(),
        stored -> {
          if (!stored.item().hasPoint() || stored.item().getPoint().getSchemeIndex() != scheme) {
            return true;
          }
          bytes[0] += stored.item().getSerializedSize();
          if (points.size() == size || (!points.isEmpty() && bytes[0] > PAGE_BYTES)) {
            more[0] = true;
            return false;
          }
          points.add(stored.item().getPoint());
          end[0] = stored.event();
          return true;
        });
    GetCurveResponse.Builder response = GetCurveResponse.newBuilder();
    switch (request.getFormat()) {
      case CURVE_FORMAT_UNSPECIFIED, CURVE_FORMAT_MESSAGE ->
          response.setCurve(curve(job, scheme, spec, points));
      case CURVE_FORMAT_CSV -> {
        Optional<Plan> plan = items.plan(job.id());
        String rows =
            plan.map(known -> new CurveTable(known).rows(points, from.event() == 0)).orElse("");
        response.setDocument(ByteString.copyFromUtf8(rows)).setMediaType("text/csv; charset=utf-8");
      }
      case CURVE_FORMAT_NDJSON ->
          response.setDocument(lines(points)).setMediaType("application/x-ndjson");
      case UNRECOGNIZED -> throw PlateauException.invalid("format", "is unknown");
    }
    if (more[0]) {
      response.setNextPageToken(request.getFormat().getNumber() + "." + scheme + "." + end[0]);
    }
    return response.build();
  }

  private record Position(long event) {}

  private static Position position(GetCurveRequest request) {
    if (request.getPageToken().isEmpty()) {
      return new Position(0);
    }
    Matcher token = TOKEN.matcher(request.getPageToken());
    if (!token.matches()
        || !token.group(1).equals(Integer.toString(request.getFormat().getNumber()))
        || !token.group(2).equals(Integer.toString(request.getSchemeIndex()))) {
      throw PlateauException.builder(
              Reason.PAGE_TOKEN_INVALID,
              "page_token: is not of this curve and format: start again without it")
          .field("page_token", "is not of this curve and format")
          .build();
    }
    return new Position(Long.parseLong(token.group(3)));
  }

  private Curve curve(Job job, int scheme, PathSpec spec, List<Point> points) {
    Curve.Builder curve =
        Curve.newBuilder()
            .setSchemeIndex(scheme)
            .setScheme(
                spec.getSchemesCount() == 0
                    ? Scheme.newBuilder().setLinear(Scheme.Linear.getDefaultInstance()).build()
                    : spec.getSchemes(scheme))
            .addAllPoints(points);
    job.result()
        .map(EvaluationMessages::summary)
        .ifPresent(
            summary -> {
              for (CurveSummary found : summary.getCurvesList()) {
                if (found.getSchemeIndex() == scheme) {
                  curve.setSummary(found);
                }
              }
            });
    return curve.build();
  }

  private static ByteString lines(List<Point> points) {
    JsonFormat.Printer printer =
        JsonFormat.printer().alwaysPrintFieldsWithNoPresence().omittingInsignificantWhitespace();
    StringBuilder text = new StringBuilder();
    try {
      for (Point point : points) {
        text.append(printer.print(point)).append('\n');
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a point holds no message of another kind", e);
    }
    return ByteString.copyFrom(text.toString(), StandardCharsets.UTF_8);
  }
}
