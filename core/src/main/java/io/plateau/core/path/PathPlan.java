package io.plateau.core.path;

import io.plateau.core.kernel.Precision;
import io.plateau.core.kernel.Stage;
import io.plateau.core.network.Layer;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an evaluation will do and take, known before it runs.
 *
 * @param batchSize samples of a pass
 * @param sharesFirstProduct whether the first layer's two products stay on the device and serve
 *     every alpha
 * @param holdsData whether the samples stay on the device; otherwise they are copied there for each
 *     alpha, unless the first products stand in for them
 * @param passes passes of all samples through the network, parts counted by their floating-point
 *     operations
 * @param schemePasses the share of each scheme beyond what it has in common with earlier ones, the
 *     first products left out
 * @param separatePasses passes that one loop over alphas for each scheme, contribution and split
 *     would make
 * @param floatingPointOperations of all products of layers, two for a multiplication with an
 *     addition
 * @param residentBytes device memory that stays taken throughout: ends, data or first products
 * @param peakBytes most device memory at any time
 * @param streamedBytes bytes copied to the device for one alpha
 */
public record PathPlan(
    int batchSize,
    boolean sharesFirstProduct,
    boolean holdsData,
    double passes,
    List<Double> schemePasses,
    double separatePasses,
    double floatingPointOperations,
    long residentBytes,
    long peakBytes,
    long streamedBytes) {
  private static final long SLOT_BYTES = 16L << 20;
  private static final int LEAST_BATCH = 16;
  private static final int LARGEST_BATCH = 4096;

  /** Copies the list. */
  public PathPlan {
    schemePasses = List.copyOf(schemePasses);
  }

  /**
   * Plans an evaluation.
   *
   * @param samples number N of samples
   * @param grid alphas; those that an adaptive grid adds later are not counted
   * @throws PathException INVALID if the limits leave no room for the ends and one sample
   */
  public static PathPlan of(
      NetworkSpec network,
      int samples,
      List<Scheme> schemes,
      Measurements measurements,
      AlphaGrid grid,
      EvaluationLimits limits,
      Precision precision) {
    int batch = batchSize(network, samples, limits, precision);
    while (true) {
      PathPlan plan = of(network, samples, schemes, measurements, grid, limits, precision, batch);
      if (plan.peakBytes() <= limits.memoryBytes()) {
        return plan;
      }
      batch /= 2;
    }
  }

  static PathPlan of(
      NetworkSpec network,
      int samples,
      List<Scheme> schemes,
      Measurements measurements,
      AlphaGrid grid,
      EvaluationLimits limits,
      Precision precision,
      int batchSize) {
    List<Stage> stages = Stage.of(network);
    long bytes = precision.bytes();
    long slotBytes = slotElements(stages) * bytes * batchSize;
    Cost cost = new Cost(stages, schemes, measurements);
    Shape widest = new Shape(0, 0);
    for (double alpha : representatives(grid)) {
      Shape shape = Shape.of(cost.tree(schemes.size(), alpha), stages);
      widest =
          new Shape(
              Math.max(widest.slots(), shape.slots()),
              Math.max(widest.mixedParameters(), shape.mixedParameters()));
    }
    long ends = 2L * ParameterLayout.of(network).size() * bytes;
    long working = ends + widest.mixedParameters() * bytes + widest.slots() * slotBytes;
    Stage first = stages.get(0);
    long batchInput = network.input().size() * bytes * batchSize;
    long firstProducts = 2L * samples * first.product().size() * bytes;
    long data = samples * network.input().size() * bytes;
    boolean shares =
        first.layer() instanceof Layer.Dense
            && stages.size() > 1
            && working + firstProducts + batchInput <= limits.memoryBytes();
    boolean holds = !shares && working + data <= limits.memoryBytes();
    long resident = ends + (shares ? firstProducts : holds ? data : batchInput);
    long peak = Math.max(resident - ends + working, resident + (shares ? batchInput : 0));
    if (peak > limits.memoryBytes() && batchSize == 1) {
      throw new PathException(
          PathException.Reason.INVALID,
          "memory_bytes",
          "the ends and one sample's activations take "
              + peak
              + " bytes, the limit is "
              + limits.memoryBytes());
    }

    double full = cost.full();
    double operations = shares ? 2.0 * first.productFlops() * samples : 0;
    double separate = 0;
    double[] upTo = new double[schemes.size() + 1];
    for (Map.Entry<Double, Integer> alpha : weighted(grid).entrySet()) {
      for (int i = 1; i <= schemes.size(); i++) {
        upTo[i] +=
            alpha.getValue() * cost.operations(cost.tree(i, alpha.getKey()), shares) * samples;
      }
      separate += alpha.getValue() * (double) cost.separatePasses();
    }
    List<Double> schemePasses = new ArrayList<>();
    for (int i = 1; i <= schemes.size(); i++) {
      schemePasses.add((upTo[i] - upTo[i - 1]) / (full * samples));
    }
    operations += upTo[schemes.size()];
    return new PathPlan(
        batchSize,
        shares,
        holds,
        operations / (full * samples),
        schemePasses,
        separate,
        operations,
        resident,
        peak,
        shares || holds ? 0 : data);
  }

  static int batchSize(
      NetworkSpec network, int samples, EvaluationLimits limits, Precision precision) {
    long slotBytes = slotElements(Stage.of(network)) * precision.bytes();
    long fitting = Math.max(LEAST_BATCH, Math.min(LARGEST_BATCH, SLOT_BYTES / slotBytes));
    long asked = limits.batchSize() == 0 ? fitting : limits.batchSize();
    // Activations get at most half of the memory, in at most eight buffers.
    long bounded = Math.max(1, Math.min(asked, limits.memoryBytes() / 2 / (8 * slotBytes)));
    return (int) Math.min(bounded, samples);
  }

  static long slotElements(List<Stage> stages) {
    return stages.stream().mapToLong(Stage::largestOutput).max().orElseThrow();
  }

  /** Between these, equal coefficients are equal for every alpha: a^h = a only at -1, 0 and 1. */
  private static boolean isSpecial(double alpha) {
    return alpha == -1 || alpha == 0 || alpha == 1;
  }

  private static Map<Double, Integer> weighted(AlphaGrid grid) {
    Map<Double, Integer> weights = new HashMap<>();
    double general = Double.NaN;
    for (double alpha : grid.toArray()) {
      if (isSpecial(alpha)) {
        weights.put(alpha, 1);
      } else {
        general = Double.isNaN(general) ? alpha : general;
        weights.merge(general, 1, Integer::sum);
      }
    }
    return weights;
  }

  private static Set<Double> representatives(AlphaGrid grid) {
    Set<Double> alphas = new HashSet<>(weighted(grid).keySet());
    if (grid.stream().allMatch(PathPlan::isSpecial)) {
      // The check of the ends, or a grid that grows, may add an alpha in between.
      alphas.add(0.5);
    }
    return alphas;
  }

  /** Buffers and mixed weights of one tree. */
  private record Shape(int slots, long mixedParameters) {
    static Shape of(PassTree tree, List<Stage> stages) {
      int slots = tree.roots().stream().mapToInt(root -> slots(root, stages)).max().orElse(1);
      Set<List<Object>> mixes = new HashSet<>();
      long mixed = 0;
      for (PassTree.Product product : tree.products()) {
        Mix mix = product.weight();
        if (!mix.equals(Mix.FROM)
            && !mix.equals(Mix.TO)
            && mixes.add(List.of(product.depth(), mix))) {
          Stage stage = stages.get(product.depth() - 1);
          mixed += weightSize(stage);
        }
      }
      return new Shape(Math.max(2, slots), mixed);
    }

    private static long weightSize(Stage stage) {
      if (stage.layer() instanceof Layer.Conv2d convolution) {
        return (long) convolution.outputs()
            * stage.input().dimension(0)
            * convolution.kernel()
            * convolution.kernel();
      }
      return stage.product().size() * stage.input().size();
    }

    /**
     * Follows the evaluator: the last activation overwrites its product, the others need a buffer
     * beside it.
     */
    private static int slots(PassTree.Product product, List<Stage> stages) {
      int most = 1;
      List<PassTree.Activation> activations = product.activations();
      boolean pools =
          product.depth() <= stages.size()
              && stages.get(product.depth() - 1).steps().stream()
                  .anyMatch(Layer.MaxPool2d.class::isInstance);
      for (int i = 0; i < activations.size(); i++) {
        int held = i == activations.size() - 1 ? 1 : 2;
        most = Math.max(most, held + (pools ? 1 : 0));
        for (PassTree.Product next : activations.get(i).products()) {
          most = Math.max(most, held + slots(next, stages));
        }
      }
      return most;
    }
  }

  /** Floating-point operations for one sample. */
  private record Cost(List<Stage> stages, List<Scheme> schemes, Measurements measurements) {
    PassTree tree(int count, double alpha) {
      return PassTree.of(Variants.of(stages, schemes.subList(0, count), measurements, alpha).all());
    }

    double full() {
      return stages.stream().mapToDouble(Stage::productFlops).sum();
    }

    double operations(PassTree tree, boolean sharesFirstProduct) {
      return tree.products().stream()
          .filter(product -> !(sharesFirstProduct && product.depth() == 1))
          .mapToDouble(product -> stages.get(product.depth() - 1).productFlops())
          .sum();
    }

    int separatePasses() {
      int each = 1;
      if (measurements.lastLayerSplit()) {
        each++;
      }
      if (measurements.layerContributions()) {
        each += stages.size() + 1;
      }
      return schemes.size() * each;
    }
  }
}
