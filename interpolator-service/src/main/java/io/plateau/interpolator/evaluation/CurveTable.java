package io.plateau.interpolator.evaluation;

import io.plateau.proto.common.v1.BiasContribution;
import io.plateau.proto.common.v1.ClassMargin;
import io.plateau.proto.common.v1.LastLayerSplit;
import io.plateau.proto.common.v1.LayerContribution;
import io.plateau.proto.common.v1.PerClass;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Points as rows of comma-separated values (RFC 4180), every digit of a double kept, what is absent
 * left empty. The columns follow from the plan, so that pages fit together.
 */
final class CurveTable {
  private static final String LINE_END = "\r\n";
  private static final List<String> FIXED =
      List.of(
          "scheme_index",
          "alpha",
          "samples",
          "loss",
          "error",
          "non_finite_logits",
          "loss_without_last_bias",
          "error_without_last_bias",
          "top_class",
          "second_class",
          "bias_gap",
          "bias_spread",
          "share_changed",
          "share_top");
  private static final List<String> OF_A_CLASS =
      List.of("samples", "error", "loss", "predicted", "margin_mean", "margin_max", "bias_margin");

  private final List<Integer> layers;
  private final boolean contributions;
  private final int classes;

  CurveTable(Plan plan) {
    this.contributions = plan.getSpec().getMeasurements().hasLayerContributions();
    this.layers = plan.getSpec().getMeasurements().getLayerContributions().getLayersList();
    this.classes = plan.getNetwork().getClasses();
  }

  String rows(List<Point> points, boolean header) {
    StringBuilder text = new StringBuilder();
    if (header) {
      text.append(String.join(",", names())).append(LINE_END);
    }
    for (Point point : points) {
      text.append(String.join(",", row(point))).append(LINE_END);
    }
    return text.toString();
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(FIXED);
    if (contributions) {
      names.add("loss_of_all_biases");
      names.add("error_of_all_biases");
      for (int layer : layers) {
        names.add("loss_of_layer_" + layer);
        names.add("error_of_layer_" + layer);
      }
    }
    for (int k = 0; k < classes; k++) {
      for (String column : OF_A_CLASS) {
        names.add("class_" + k + "_" + column);
      }
    }
    return names;
  }

  private List<String> row(Point point) {
    List<String> row = new ArrayList<>();
    row.add(Integer.toString(point.getSchemeIndex()));
    row.add(Double.toString(point.getAlpha()));
    row.add(Long.toString(point.getSamples()));
    row.add(Double.toString(point.getLoss()));
    row.add(Double.toString(point.getError()));
    row.add(Long.toString(point.getNonFiniteLogits()));
    boolean splits = point.hasLastLayerSplit();
    LastLayerSplit split = point.getLastLayerSplit();
    row.add(number(splits, split.getLossWithoutBias()));
    row.add(number(splits, split.getErrorWithoutBias()));
    row.add(splits ? Integer.toString(split.getTopClass()) : "");
    row.add(splits ? Integer.toString(split.getSecondClass()) : "");
    row.add(number(splits, split.getBiasGap()));
    row.add(number(splits, split.getBiasSpread()));
    row.add(number(splits, split.getShareChanged()));
    row.add(number(splits, split.getShareTop()));
    if (contributions) {
      contributions(row, point);
    }
    classes(row, point);
    return row;
  }

  private void contributions(List<String> row, Point point) {
    Map<Integer, BiasContribution> byLayer = new HashMap<>();
    for (LayerContribution layer : point.getLayerContributions().getLayersList()) {
      byLayer.put(layer.getLayer(), layer.getContribution());
    }
    BiasContribution none = BiasContribution.getDefaultInstance();
    boolean all = point.getLayerContributions().hasAllBiases();
    row.add(number(all, point.getLayerContributions().getAllBiases().getLoss()));
    row.add(number(all, point.getLayerContributions().getAllBiases().getError()));
    for (int layer : layers) {
      BiasContribution found = byLayer.getOrDefault(layer, none);
      row.add(number(byLayer.containsKey(layer), found.getLoss()));
      row.add(number(byLayer.containsKey(layer), found.getError()));
    }
  }

  private void classes(List<String> row, Point point) {
    for (int k = 0; k < classes; k++) {
      PerClass measured =
          k < point.getPerClassCount() ? point.getPerClass(k) : PerClass.getDefaultInstance();
      row.add(Long.toString(measured.getSamples()));
      row.add(number(measured.hasError(), measured.getError()));
      row.add(number(measured.hasLoss(), measured.getLoss()));
      row.add(Long.toString(measured.getPredicted()));
      boolean split = k < point.getLastLayerSplit().getMarginsCount();
      ClassMargin margin =
          split ? point.getLastLayerSplit().getMargins(k) : ClassMargin.getDefaultInstance();
      row.add(number(margin.hasMarginMean(), margin.getMarginMean()));
      row.add(number(margin.hasMarginMax(), margin.getMarginMax()));
      row.add(number(split, margin.getBiasMargin()));
    }
  }

  private static String number(boolean present, double value) {
    return present ? Double.toString(value) : "";
  }
}
