package io.plateau.cli.render;

import io.plateau.proto.common.v1.Scheme;
import java.util.stream.Collectors;

/**
 * The name of a scheme as the command line takes it: LINEAR, WEIGHTS_ONLY(ZERO), LAYERS(1+2, INIT).
 */
public final class SchemeName {
  private SchemeName() {}

  /**
   * Every setting that differs from scheme to scheme is in the name, so that two schemes of one
   * path never share one.
   */
  public static String of(Scheme scheme) {
    return switch (scheme.getKindCase()) {
      case LINEAR -> "LINEAR";
      case HOMOGENEOUS_BIAS -> "HOMOGENEOUS_BIAS";
      case HOMOGENEOUS_LAST_BIAS -> "HOMOGENEOUS_LAST_BIAS";
      case WEIGHTS_ONLY ->
          switch (scheme.getWeightsOnly().getHeld()) {
            case HELD_BIASES_INIT -> "WEIGHTS_ONLY(INIT)";
            case HELD_BIASES_ZERO -> "WEIGHTS_ONLY(ZERO)";
            default -> "WEIGHTS_ONLY(FINAL)";
          };
      case BIASES_ONLY -> "BIASES_ONLY(" + held(scheme.getBiasesOnly().getHeld()) + ")";
      case LAYERS ->
          "LAYERS("
              + scheme.getLayers().getLayersList().stream()
                  .map(String::valueOf)
                  .collect(Collectors.joining("+"))
              + ", "
              + held(scheme.getLayers().getRest())
              + ")";
      case SCALE -> "SCALE";
      case KIND_NOT_SET -> "UNKNOWN";
    };
  }

  private static String held(Scheme.HeldEnd end) {
    return end == Scheme.HeldEnd.HELD_END_INIT ? "INIT" : "FINAL";
  }
}
