package io.plateau.cli.render;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.plateau.proto.common.v1.BiasContribution;
import io.plateau.proto.common.v1.ClassMargin;
import io.plateau.proto.common.v1.Curve;
import io.plateau.proto.common.v1.LastLayerSplit;
import io.plateau.proto.common.v1.LayerContribution;
import io.plateau.proto.common.v1.PerClass;
import io.plateau.proto.common.v1.Point;
import io.plateau.proto.interpolator.v1.PathResult;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One row for each point, RFC 4180 with a header, decimals with '.' and every digit that a double
 * holds: {@code pandas.read_csv} gives the same doubles back. What is absent is an empty field; a
 * value that is not finite is NaN, Infinity or -Infinity.
 *
 * <p>The columns, in this order:
 *
 * <ul>
 *   <li>{@code result, pair, scheme, alpha, samples, loss, error, loss_standard_error,
 *       error_standard_error, non_finite_logits}
 *   <li>what the last biases do: {@code loss_without_last_bias, error_without_last_bias, top_class,
 *       second_class, bias_gap, bias_spread, share_changed, share_top}
 *   <li>{@code loss_lower_bound} (derived)
 *   <li>what biases contribute, where measured: {@code loss_of_all_biases, error_of_all_biases},
 *       then for each layer h {@code loss_of_layer_h, error_of_layer_h}
 *   <li>for each class k: {@code class_k_samples, class_k_error, class_k_loss, class_k_predicted,
 *       class_k_margin_mean, class_k_margin_max, class_k_bias_margin}
 * </ul>
 *
 * The columns before the layers are always there; those of layers and classes are those of any
 * result.
 */
public final class CsvRenderer implements ResultRenderer {
  private static final List<String> FIXED =
      List.of(
          "result",
          "pair",
          "scheme",
          "alpha",
          "samples",
          "loss",
          "error",
          "loss_standard_error",
          "error_standard_error",
          "non_finite_logits",
          "loss_without_last_bias",
          "error_without_last_bias",
          "top_class",
          "second_class",
          "bias_gap",
          "bias_spread",
          "share_changed",
          "share_top",
          "loss_lower_bound");

  private static final List<String> OF_A_CLASS =
      List.of("samples", "error", "loss", "predicted", "margin_mean", "margin_max", "bias_margin");

  @Override
  public void render(List<PathResult> results, Appendable out) throws IOException {
    Columns columns = Columns.of(results);
    StringWriter text = new StringWriter();
    CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF).bufferSize(0).build(text);
    csv.writeRecord(columns.names());
    List<String> names = ResultName.distinct(results);
    for (int i = 0; i < results.size(); i++) {
      for (Curve curve : results.get(i).getCurvesList()) {
        for (Point point : curve.getPointsList()) {
          csv.writeRecord(row(columns, names.get(i), results.get(i).getPair(), curve, point));
          out.append(text.getBuffer());
          text.getBuffer().setLength(0);
        }
      }
    }
    out.append(text.getBuffer());
  }

  private static List<String> row(
      Columns columns, String name, String pair, Curve curve, Point point) {
    List<String> row = new ArrayList<>();
    row.add(name);
    row.add(pair);
    row.add(SchemeName.of(curve.getScheme()));
    row.add(Double.toString(point.getAlpha()));
    row.add(Long.toString(point.getSamples()));
    row.add(Double.toString(point.getLoss()));
    row.add(Double.toString(point.getError()));
    row.add(number(point.hasStandardErrors(), point.getStandardErrors().getLoss()));
    row.add(number(point.hasStandardErrors(), point.getStandardErrors().getError()));
    row.add(Long.toString(point.getNonFiniteLogits()));
    split(row, point);
    row.add(number(point.hasLossBound(), point.getLossBound().getLowerBound()));
    layers(row, columns, point);
    classes(row, columns, point);
    return row;
  }

  private static void split(List<String> row, Point point) {
    boolean present = point.hasLastLayerSplit();
    LastLayerSplit split = point.getLastLayerSplit();
    row.add(number(present, split.getLossWithoutBias()));
    row.add(number(present, split.getErrorWithoutBias()));
    row.add(present ? Integer.toString(split.getTopClass()) : "");
    row.add(present ? Integer.toString(split.getSecondClass()) : "");
    row.add(number(present, split.getBiasGap()));
    row.add(number(present, split.getBiasSpread()));
    row.add(number(present, split.getShareChanged()));
    row.add(number(present, split.getShareTop()));
  }

  private static void layers(List<String> row, Columns columns, Point point) {
    if (columns.layers().isEmpty()) {
      return;
    }
    contribution(
        row,
        point.getLayerContributions().hasAllBiases(),
        point.getLayerContributions().getAllBiases());
    TreeMap<Integer, BiasContribution> byLayer = new TreeMap<>();
    for (LayerContribution layer : point.getLayerContributions().getLayersList()) {
      byLayer.put(layer.getLayer(), layer.getContribution());
    }
    for (int layer : columns.layers()) {
      contribution(
          row,
          byLayer.containsKey(layer),
          byLayer.getOrDefault(layer, BiasContribution.getDefaultInstance()));
    }
  }

  private static void contribution(List<String> row, boolean present, BiasContribution value) {
    row.add(number(present, value.getLoss()));
    row.add(number(present, value.getError()));
  }

  private static void classes(List<String> row, Columns columns, Point point) {
    TreeMap<Integer, PerClass> classes = new TreeMap<>();
    point.getPerClassList().forEach(one -> classes.put(one.getClassIndex(), one));
    TreeMap<Integer, ClassMargin> margins = new TreeMap<>();
    point
        .getLastLayerSplit()
        .getMarginsList()
        .forEach(one -> margins.put(one.getClassIndex(), one));
    for (int k : columns.classes()) {
      boolean counted = classes.containsKey(k);
      PerClass one = classes.getOrDefault(k, PerClass.getDefaultInstance());
      row.add(counted ? Long.toString(one.getSamples()) : "");
      row.add(number(one.hasError(), one.getError()));
      row.add(number(one.hasLoss(), one.getLoss()));
      row.add(counted ? Long.toString(one.getPredicted()) : "");
      ClassMargin margin = margins.getOrDefault(k, ClassMargin.getDefaultInstance());
      row.add(number(margin.hasMarginMean(), margin.getMarginMean()));
      row.add(number(margin.hasMarginMax(), margin.getMarginMax()));
      row.add(number(margins.containsKey(k), margin.getBiasMargin()));
    }
  }

  private static String number(boolean present, double value) {
    return present ? Double.toString(value) : "";
  }

  /** The layers and classes that any point of any result has. */
  private record Columns(TreeSet<Integer> layers, TreeSet<Integer> classes) {
    static Columns of(List<PathResult> results) {
      Columns columns = new Columns(new TreeSet<>(), new TreeSet<>());
      for (PathResult result : results) {
        for (Curve curve : result.getCurvesList()) {
          for (Point point : curve.getPointsList()) {
            point
                .getLayerContributions()
                .getLayersList()
                .forEach(layer -> columns.layers.add(layer.getLayer()));
            point.getPerClassList().forEach(one -> columns.classes.add(one.getClassIndex()));
            point
                .getLastLayerSplit()
                .getMarginsList()
                .forEach(one -> columns.classes.add(one.getClassIndex()));
          }
        }
      }
      return columns;
    }

    List<String> names() {
      List<String> names = new ArrayList<>(FIXED);
      if (!layers.isEmpty()) {
        names.add("loss_of_all_biases");
        names.add("error_of_all_biases");
      }
      for (int layer : layers) {
        names.add("loss_of_layer_" + layer);
        names.add("error_of_layer_" + layer);
      }
      for (int k : classes) {
        OF_A_CLASS.forEach(name -> names.add("class_" + k + "_" + name));
      }
      return names;
    }
  }
}
