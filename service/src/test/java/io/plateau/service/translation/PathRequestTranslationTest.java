package io.plateau.service.translation;

import static io.plateau.service.translation.Messages.SPEC;
import static io.plateau.service.translation.Messages.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.curve.SummaryOptions;
import io.plateau.core.kernel.Precision;
import io.plateau.core.path.AlphaGrid;
import io.plateau.core.path.EvaluationLimits;
import io.plateau.core.path.Measurements;
import io.plateau.proto.interpolator.v1.ExecutionLimits;
import io.plateau.service.errors.Reason;
import io.plateau.service.validation.RequestValidator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Grids, measurements, limits and options: what a path's request holds beside its schemes. */
class PathRequestTranslationTest {
  private static final RequestValidator VALIDATOR = new RequestValidator();

  private static AlphaGrid grid(String json) {
    return AlphaGridTranslation.toCore(
        Messages.read(json, io.plateau.proto.common.v1.AlphaGrid.getDefaultInstance()), SPEC);
  }

  private static Measurements measurements(String json) {
    return MeasurementsTranslation.toCore(
        Messages.read(json, io.plateau.proto.interpolator.v1.Measurements.getDefaultInstance()),
        SPEC);
  }

  private static EvaluationLimits limits(String json) {
    return MeasurementsTranslation.toCore(
        Messages.read(json, ExecutionLimits.getDefaultInstance()),
        SPEC,
        new EvaluationLimits(1L << 30, 256));
  }

  private static SummaryOptions options(String json) {
    return SummaryOptionsTranslation.toCore(
        Messages.read(json, io.plateau.proto.common.v1.SummaryOptions.getDefaultInstance()), SPEC);
  }

  @Test
  void noGridIs51AlphasFrom0To1() {
    for (String json : List.of("{}", "{'uniform': {}}")) {
      assertThat(grid(json).toArray())
          .hasSize(51)
          .startsWith(0, 0.02, 0.04)
          .contains(0.3)
          .endsWith(1);
    }
  }

  @Test
  void statedGrids() {
    assertThat(grid("{'uniform': {'start': -0.5, 'stop': 1.5, 'count': 5}}").toArray())
        .containsExactly(-0.5, 0, 0.5, 1, 1.5);
    assertThat(grid("{'explicit': {'alphas': [1, 0, 0.25]}}").toArray())
        .containsExactly(0, 0.25, 1);
  }

  @Property(tries = 100)
  void gridsComeBack(
      @ForAll @Size(min = 1, max = 30) @UniqueElements
          List<@DoubleRange(min = -100, max = 100) Double> alphas) {
    AlphaGrid grid = AlphaGrid.explicit(alphas.stream().mapToDouble(Double::doubleValue).toArray());
    io.plateau.proto.common.v1.AlphaGrid message = AlphaGridTranslation.toProto(grid);
    VALIDATOR.check(message);
    assertThat(AlphaGridTranslation.toCore(message, SPEC).toArray()).isEqualTo(grid.toArray());
  }

  @Property(tries = 100)
  void uniformGridsHoldBothEnds(@ForAll @IntRange(min = 2, max = 10_001) int count) {
    io.plateau.proto.common.v1.AlphaGrid.Builder message =
        io.plateau.proto.common.v1.AlphaGrid.newBuilder();
    message.getUniformBuilder().setCount(count);
    VALIDATOR.check(message.build());
    assertThat(AlphaGridTranslation.toCore(message.build(), SPEC).toArray())
        .hasSize(count)
        .startsWith(0)
        .endsWith(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'uniform': {'count': 20000}} | REQUEST_INVALID | spec.uniform.count",
        "{'uniform': {'start': 'NaN'}} | REQUEST_INVALID | spec.uniform.start",
        "{'uniform': {'start': 1}} | REQUEST_INVALID | spec.uniform.stop",
        "{'uniform': {'start': 0, 'stop': 1e-7, 'count': 10001}} | REQUEST_INVALID | spec.uniform.count",
        "{'explicit': {}} | REQUEST_INVALID | spec.explicit.alphas",
        "{'explicit': {'alphas': [0, 1, 0]}} | REQUEST_INVALID | spec.explicit.alphas",
        "{'explicit': {'alphas': [0, 'Infinity']}} | REQUEST_INVALID | spec.explicit.alphas[1]",
        "{'explicit': {'alphas': [0.5, 0.5000000001]}} | REQUEST_INVALID | spec.explicit.alphas",
        "{'adaptive': {}} | NOT_IMPLEMENTED | spec.adaptive",
      })
  void refusedGrids(String json, Reason reason, String field) {
    assertRefused(() -> grid(json), reason, field);
  }

  @Test
  void whatIsMeasured() {
    assertThat(measurements("{}")).isEqualTo(new Measurements(true, false));
    assertThat(measurements("{'lastLayerSplit': 'LAST_LAYER_SPLIT_SWITCH_ON'}"))
        .isEqualTo(new Measurements(true, false));
    assertThat(
            measurements(
                "{'lastLayerSplit': 'LAST_LAYER_SPLIT_SWITCH_OFF', 'layerContributions': {}}"))
        .isEqualTo(new Measurements(false, true));
    assertRefused(
        () -> measurements("{'lastLayerSplit': 77}"),
        Reason.REQUEST_INVALID,
        "spec.last_layer_split");
    assertRefused(
        () -> measurements("{'layerContributions': {'layers': [1]}}"),
        Reason.NOT_IMPLEMENTED,
        "spec.layer_contributions.layers");
    assertRefused(() -> measurements("{'theory': {}}"), Reason.NOT_IMPLEMENTED, "spec.theory");
  }

  @Test
  void noRequestGetsMoreMemoryThanTheServerAllows() {
    assertThat(limits("{}")).isEqualTo(new EvaluationLimits(1L << 30, 256));
    assertThat(limits("{'maxDeviceBytes': '1099511627776', 'maxBatchSamples': 1000}"))
        .isEqualTo(new EvaluationLimits(1L << 30, 1000));
    assertThat(limits("{'maxDeviceBytes': '2097152'}"))
        .isEqualTo(new EvaluationLimits(1L << 21, 256));
    assertRefused(
        () -> limits("{'maxDeviceBytes': '1'}"), Reason.REQUEST_INVALID, "spec.max_device_bytes");
    assertRefused(
        () -> limits("{'maxBatchSamples': -1}"), Reason.REQUEST_INVALID, "spec.max_batch_samples");
  }

  @Test
  void unsetOptionsAreCores() {
    assertThat(options("{}")).isEqualTo(SummaryOptions.DEFAULT);
    assertThat(options("{'tolerance': 0}")).isEqualTo(new SummaryOptions(0, 1e-5, 1e-5));
    SummaryOptions all = new SummaryOptions(0.1, 0.2, 0.3);
    assertThat(SummaryOptionsTranslation.toCore(SummaryOptionsTranslation.toProto(all), SPEC))
        .isEqualTo(all);
  }

  @ParameterizedTest
  @CsvSource({"tolerance,1", "tolerance,-0.1", "monotonicity_tolerance,-1", "loss_precision,NaN"})
  void refusedOptions(String field, String value) {
    assertRefused(
        () -> options("{'%s': '%s'}".formatted(field, value)),
        Reason.REQUEST_INVALID,
        "spec." + field);
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  void precisionsComeBack(Precision precision) {
    assertThat(PrecisionTranslation.toCore(PrecisionTranslation.toProto(precision), SPEC))
        .isEqualTo(precision);
  }

  @Test
  void unsetPrecisionIsFloat32() {
    assertThat(
            PrecisionTranslation.toCore(
                io.plateau.proto.common.v1.Precision.PRECISION_UNSPECIFIED, SPEC))
        .isEqualTo(Precision.FLOAT32);
  }
}
