package io.plateau.cli.render;

import io.plateau.proto.common.v1.BiasMode;
import io.plateau.proto.common.v1.Network;
import io.plateau.proto.common.v1.NetworkSpec;
import java.util.ArrayList;
import java.util.List;

/** A network in a few words: FCN8, width 256, init scale 0.6. */
public final class NetworkName {
  private NetworkName() {}

  /** Empty where the message says nothing about the architecture. */
  public static String of(Network network) {
    NetworkSpec spec = network.getSpec();
    List<String> words = new ArrayList<>();
    switch (spec.getArchitectureCase()) {
      case FULLY_CONNECTED -> {
        NetworkSpec.FullyConnected preset = spec.getFullyConnected();
        int depth = network.getDepth() > 0 ? network.getDepth() : depth(preset);
        words.add("FCN" + depth);
        if (preset.hasWidths()) {
          words.add("widths " + joined(preset.getWidths().getValuesList()));
        } else {
          words.add("width " + (preset.hasWidth() ? preset.getWidth() : 1024));
        }
      }
      case VGG16 -> words.add(spec.getVgg16().hasBatchNorm() ? "VGG16 with batch norm" : "VGG16");
      case R_HOMOGENEOUS ->
          words.add(
              "r-homogeneous, r = "
                  + (spec.getRHomogeneous().hasDegree() ? spec.getRHomogeneous().getDegree() : 4));
      case LAYER_LIST, ARCHITECTURE_NOT_SET -> {
        if (network.getDepth() > 0) {
          words.add("network of depth " + network.getDepth());
        }
      }
    }
    if (spec.getInitializer().hasScale() && spec.getInitializer().getScale() != 1) {
      words.add("init scale " + NumberText.significant(spec.getInitializer().getScale(), 4));
    }
    biases(spec.getBiasMode(), words);
    return String.join(", ", words);
  }

  private static int depth(NetworkSpec.FullyConnected preset) {
    if (preset.hasWidths()) {
      return preset.getWidths().getValuesCount() + 1;
    }
    return preset.hasDepth() ? preset.getDepth() : 4;
  }

  private static void biases(BiasMode mode, List<String> words) {
    switch (mode) {
      case BIAS_MODE_NONE -> words.add("no biases");
      case BIAS_MODE_NONE_IN_LAST_LAYER -> words.add("no last biases");
      case BIAS_MODE_FROZEN -> words.add("frozen biases");
      default -> {}
    }
  }

  private static String joined(List<Integer> values) {
    List<String> words = values.stream().map(String::valueOf).toList();
    return words.size() <= 6
        ? String.join("-", words)
        : words.get(0) + "-" + words.get(1) + "-...-" + words.get(words.size() - 1);
  }
}
