package io.plateau.core.path;

import io.plateau.core.kernel.Stage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The passes that a request asks for at one alpha, before any of them are shared.
 *
 * @param bases one for each scheme
 * @param all those, and those with biases removed
 */
record Variants(List<PassTree.Variant> bases, List<PassTree.Variant> all) {
  Variants {
    bases = List.copyOf(bases);
    all = List.copyOf(all);
  }

  static Variants of(
      List<Stage> stages, List<Scheme> schemes, Measurements measurements, double alpha) {
    List<PassTree.Variant> bases = new ArrayList<>();
    List<PassTree.Variant> all = new ArrayList<>();
    for (Scheme scheme : schemes) {
      PassTree.Variant base = base(stages, scheme, alpha);
      bases.add(base);
      all.add(base);
      if (measurements.lastLayerSplit()) {
        all.add(withoutBias(base, stages.size()));
      }
      if (measurements.layerContributions()) {
        for (Stage stage : stages) {
          all.add(withoutBias(base, stage.depth()));
        }
        all.add(withoutBiases(base));
      }
    }
    return new Variants(bases, all);
  }

  static PassTree.Variant withoutBias(PassTree.Variant base, int depth) {
    List<Mix> biases = new ArrayList<>(base.biases());
    biases.set(depth - 1, Mix.ZERO);
    return new PassTree.Variant(base.weights(), biases);
  }

  static PassTree.Variant withoutBiases(PassTree.Variant base) {
    return new PassTree.Variant(
        base.weights(), Collections.nCopies(base.biases().size(), Mix.ZERO));
  }

  private static PassTree.Variant base(List<Stage> stages, Scheme scheme, double alpha) {
    List<Mix> weights = new ArrayList<>();
    List<Mix> biases = new ArrayList<>();
    for (Stage stage : stages) {
      weights.add(scheme.weight(alpha, stage.depth(), stages.size()));
      // A layer without a bias takes part in sharing as one whose bias is removed.
      biases.add(
          stage.layer().hasBias() ? scheme.bias(alpha, stage.depth(), stages.size()) : Mix.ZERO);
    }
    return new PassTree.Variant(weights, biases);
  }
}
