package io.plateau.cli.command;

import io.plateau.cli.progress.ProgressDisplay;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.common.v1.Warning;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.PathResult;
import io.plateau.proto.interpolator.v1.PathSummary;
import io.plateau.proto.interpolator.v1.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Puts the items of a stream together to one result, with a bar. */
final class ResultCollector {
  private final List<TreeMap<Double, Point>> points = new ArrayList<>();
  private final List<Warning> warnings = new ArrayList<>();
  private final ProgressDisplay bar;
  private Plan plan = Plan.getDefaultInstance();
  private PathSummary summary = PathSummary.getDefaultInstance();
  private long done;

  ResultCollector(ProgressDisplay bar) {
    this.bar = bar;
  }

  void add(PathItem item) {
    switch (item.getItemCase()) {
      case PLAN -> plan = item.getPlan();
      case POINT -> {
        Point point = item.getPoint();
        while (points.size() <= point.getSchemeIndex()) {
          points.add(new TreeMap<>());
        }
        if (points.get(point.getSchemeIndex()).put(point.getAlpha(), point) == null) {
          done++;
        }
        bar.update(done, Math.max(done, plan.getKnownPoints()), "");
      }
      case WARNING -> {
        warnings.add(item.getWarning());
        ProgressDisplay.say("warning: " + item.getWarning().getMessage());
      }
      case SUMMARY -> summary = item.getSummary();
      case PROGRESS, ITEM_NOT_SET -> {}
    }
  }

  /** Everything in one message. */
  PathResult toResult(String pair, String evaluation) {
    PathResult.Builder result =
        PathResult.newBuilder()
            .setPlan(plan)
            .setProvenance(summary.getProvenance())
            .addAllEndChecks(summary.getEndChecksList())
            .addAllWarnings(warnings)
            .setPair(pair)
            .setEvaluation(evaluation);
    for (int i = 0; i < points.size(); i++) {
      Curve.Builder curve =
          Curve.newBuilder().setSchemeIndex(i).addAllPoints(points.get(i).values());
      if (i < plan.getSpec().getSchemesCount()) {
        curve.setScheme(plan.getSpec().getSchemes(i));
      }
      if (i < summary.getCurvesCount()) {
        curve.setSummary(summary.getCurves(i));
      }
      result.addCurves(curve);
    }
    return result.build();
  }
}
