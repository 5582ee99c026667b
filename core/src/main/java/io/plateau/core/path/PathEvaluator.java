package io.plateau.core.path;

import io.plateau.core.dataset.Dataset;
import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.DeviceException;
import io.plateau.core.kernel.ExecutionLayout;
import io.plateau.core.kernel.Operation;
import io.plateau.core.kernel.Stage;
import io.plateau.core.kernel.Tensor;
import io.plateau.core.network.Layer;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.ParameterSpec;
import io.plateau.core.network.Parameters;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Evaluates schemes on the path between two ends, alpha by alpha. Both ends, and the data or their
 * products with both ends of the first weight, stay on the device; nothing is allocated there once
 * the first alpha has been evaluated.
 *
 * <p>The first dense layer is linear in its weight: x (c0 W0 + c1 W1) = c0 (x W0) + c1 (x W1), so
 * two products serve every alpha. All else that can be shared between schemes at one alpha is found
 * by {@link PassTree}.
 *
 * <p>Not safe for concurrent use. For given ends, data, limits, device and number of threads the
 * results are the same bits.
 */
public final class PathEvaluator implements AutoCloseable {
  private final Device device;
  private final NetworkSpec network;
  private final Dataset data;
  private final List<Stage> stages;
  private final ParameterLayout layout;
  private final ExecutionLayout execution;
  private final Parameters from;
  private final Parameters to;
  private final List<Scheme> schemes;
  private final Measurements measurements;
  private final int[] labels;
  private final int batchSize;
  private final boolean sharesFirstProduct;
  private final boolean holdsData;

  private final Map<Integer, Tensor> fromWeights = new HashMap<>();
  private final Map<Integer, Tensor> toWeights = new HashMap<>();
  private final List<Tensor> inputs = new ArrayList<>();
  private final List<Tensor> fromProducts = new ArrayList<>();
  private final List<Tensor> toProducts = new ArrayList<>();
  private final List<Tensor> owned = new ArrayList<>();
  private final Deque<Tensor> freeSlots = new ArrayDeque<>();
  private final Map<List<Object>, Tensor> mixed = new HashMap<>();
  private final Map<List<Object>, Operation> operations = new HashMap<>();
  private final Map<List<Object>, Tensor> views = new HashMap<>();
  private final float[] samples;
  private final float[] deviceSamples;
  private final double[] logits;

  private PathEvaluator(
      Device device,
      NetworkSpec network,
      Parameters from,
      Parameters to,
      Dataset data,
      List<Scheme> schemes,
      Measurements measurements,
      PathPlan plan) {
    this.device = device;
    this.network = network;
    this.data = data;
    this.stages = Stage.of(network);
    this.layout = ParameterLayout.of(network);
    this.execution = new ExecutionLayout(network);
    this.from = from;
    this.to = to;
    this.schemes = List.copyOf(schemes);
    this.measurements = measurements;
    this.batchSize = plan.batchSize();
    this.labels = new int[data.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = data.label(i);
    }
    int sampleSize = Math.toIntExact(network.input().size());
    this.samples = new float[batchSize * sampleSize];
    this.deviceSamples = new float[batchSize * sampleSize];
    this.logits = new double[batchSize * network.classes()];

    this.sharesFirstProduct = plan.sharesFirstProduct();
    this.holdsData = plan.holdsData();
  }

  /**
   * Puts both ends and the data on the device.
   *
   * @param from theta0
   * @param to theta1
   * @param schemes at least one
   * @throws PathException ENDS_DIFFER or DATA_DIFFER if the parts do not fit
   * @throws DeviceException OUT_OF_MEMORY if even the smallest batch does not fit
   */
  public static PathEvaluator open(
      Device device,
      NetworkSpec network,
      Parameters from,
      Parameters to,
      Dataset data,
      List<Scheme> schemes,
      Measurements measurements,
      EvaluationLimits limits) {
    return open(device, network, from, to, data, schemes, measurements, limits, BatchListener.NONE);
  }

  /**
   * The same, telling how far the data are loaded.
   *
   * @param loading called before each batch; an exception ends the loading and frees the device
   */
  public static PathEvaluator open(
      Device device,
      NetworkSpec network,
      Parameters from,
      Parameters to,
      Dataset data,
      List<Scheme> schemes,
      Measurements measurements,
      EvaluationLimits limits,
      BatchListener loading) {
    ParameterLayout layout = ParameterLayout.of(network);
    if (!from.layout().equals(layout) || !to.layout().equals(layout)) {
      throw new PathException(
          PathException.Reason.ENDS_DIFFER,
          "ends",
          "the ends' tensors are not those of the network");
    }
    if (data.classes() > network.classes()) {
      throw new PathException(
          PathException.Reason.DATA_DIFFER,
          "dataset",
          "the data have " + data.classes() + " classes, the network " + network.classes());
    }
    if (data.sampleShape().size() != network.input().size()) {
      throw new PathException(
          PathException.Reason.DATA_DIFFER,
          "dataset",
          "samples of shape "
              + data.sampleShape()
              + " do not fit the network's input "
              + network.input());
    }
    for (int i = 0; i < schemes.size(); i++) {
      if (schemes.get(i) instanceof Scheme.Layers chosen
          && chosen.layers().last() > network.depth()) {
        throw new PathException(
            PathException.Reason.INVALID,
            "schemes[" + i + "].layers",
            "layer "
                + chosen.layers().last()
                + " is beyond the network's depth "
                + network.depth());
      }
    }
    // Where buffers are concerned every alpha is like one of these.
    AlphaGrid grid = AlphaGrid.explicit(0, 0.5, 1);
    PathPlan plan =
        PathPlan.of(network, data.size(), schemes, measurements, grid, limits, device.precision());
    while (true) {
      PathEvaluator evaluator =
          new PathEvaluator(
              device,
              network,
              from,
              to,
              data.reshaped(network.input()),
              schemes,
              measurements,
              plan);
      try {
        evaluator.load(loading);
        return evaluator;
      } catch (DeviceException e) {
        evaluator.close();
        if (e.reason() != DeviceException.Reason.OUT_OF_MEMORY || plan.batchSize() == 1) {
          throw e;
        }
        plan =
            PathPlan.of(
                network,
                data.size(),
                schemes,
                measurements,
                grid,
                limits,
                device.precision(),
                plan.batchSize() / 2);
      } catch (RuntimeException e) {
        evaluator.close();
        throw e;
      }
    }
  }

  /** Samples in one pass. */
  public int batchSize() {
    return batchSize;
  }

  /** Schemes in the order of the request. */
  public List<Scheme> schemes() {
    return schemes;
  }

  /**
   * Measures every scheme at one alpha.
   *
   * @return one point a scheme, in the order of the request
   */
  public List<PathPoint> evaluate(double alpha, BatchListener listener) {
    Variants variants = Variants.of(stages, schemes, measurements, alpha);
    PassTree tree = PassTree.of(variants.all());
    Map<PassTree.Product, Leaf> leaves = new HashMap<>();
    for (PassTree.Variant variant : variants.all()) {
      leaves
          .computeIfAbsent(tree.leaf(variant), leaf -> new Leaf())
          .request(variant.biases().get(stages.size() - 1), false);
    }
    if (splits()) {
      for (PassTree.Variant base : variants.bases()) {
        leaves.get(tree.leaf(base)).request(base.biases().get(stages.size() - 1), true);
      }
    }
    run(tree, leaves, listener);

    List<PathPoint> points = new ArrayList<>();
    for (int i = 0; i < schemes.size(); i++) {
      points.add(point(i, alpha, variants.bases().get(i), tree, leaves));
    }
    return points;
  }

  @Override
  public void close() {
    owned.forEach(Tensor::close);
    owned.clear();
    operations.clear();
    views.clear();
    mixed.clear();
    freeSlots.clear();
  }

  private boolean splits() {
    return measurements.lastLayerSplit() && layout.bias(stages.size()).isPresent();
  }

  private long slotElements() {
    return PathPlan.slotElements(stages);
  }

  private void load(BatchListener loading) {
    float[] fromValues = execution.toDevice(from.toArray());
    float[] toValues = execution.toDevice(to.toArray());
    for (Stage stage : stages) {
      ParameterSpec weight = layout.weight(stage.depth());
      fromWeights.put(stage.depth(), uploaded(fromValues, weight));
      toWeights.put(stage.depth(), uploaded(toValues, weight));
    }
    Stage first = stages.get(0);
    Tensor staging =
        sharesFirstProduct || !holdsData ? own(batchSize, network.input().size()) : null;
    for (int start = 0; start < data.size(); start += batchSize) {
      int count = Math.min(batchSize, data.size() - start);
      loading.onBatch(start, data.size());
      if (sharesFirstProduct) {
        upload(start, count, staging);
        fromProducts.add(firstProduct(first, count, staging, fromWeights.get(1)));
        toProducts.add(firstProduct(first, count, staging, toWeights.get(1)));
      } else if (holdsData) {
        Tensor batch = own(count, network.input().size());
        upload(start, count, batch);
        inputs.add(batch);
      } else {
        inputs.add(staging);
      }
    }
    if (sharesFirstProduct) {
      owned.remove(staging);
      staging.close();
    }
    // The first buffers now, so that a device without room for them is known before the first
    // alpha.
    for (int i = 0; i < 2; i++) {
      freeSlots.push(own(batchSize, slotElements()));
    }
  }

  private Tensor uploaded(float[] values, ParameterSpec weight) {
    Tensor tensor = own(execution.weightShape(weight.depth()));
    device.upload(values, weight.offset(), tensor);
    return tensor;
  }

  private void upload(int start, int count, Tensor target) {
    data.read(start, count, samples, 0);
    execution.samplesToDevice(samples, count, deviceSamples);
    device.upload(deviceSamples, 0, target.view(0, count, network.input().size()));
  }

  private Tensor firstProduct(Stage first, int count, Tensor input, Tensor weight) {
    Tensor product = own(count, first.product().size());
    first.product(device, count, input, weight, product).run();
    return product;
  }

  private void run(PassTree tree, Map<PassTree.Product, Leaf> leaves, BatchListener listener) {
    Map<PassTree.Product, Tensor> weights = mixWeights(tree);
    Map<List<Object>, Tensor> biases = mixBiases(tree);
    int batch = 0;
    for (int start = 0; start < data.size(); start += batchSize, batch++) {
      int count = Math.min(batchSize, data.size() - start);
      listener.onBatch(start, data.size());
      Tensor input = sharesFirstProduct ? null : inputs.get(batch);
      if (!sharesFirstProduct && !holdsData) {
        upload(start, count, input);
      }
      for (PassTree.Product root : tree.roots()) {
        visit(root, input, new Batch(batch, start, count), weights, biases, leaves);
      }
    }
    listener.onBatch(data.size(), data.size());
  }

  private record Batch(int index, int start, int count) {}

  private void visit(
      PassTree.Product node,
      Tensor input,
      Batch batch,
      Map<PassTree.Product, Tensor> weights,
      Map<List<Object>, Tensor> biases,
      Map<PassTree.Product, Leaf> leaves) {
    Stage stage = stages.get(node.depth() - 1);
    int count = batch.count();
    Tensor product = takeSlot();
    if (node.depth() == 1 && sharesFirstProduct) {
      mix(
          node.weight(),
          fromProducts.get(batch.index()),
          toProducts.get(batch.index()),
          view(product, count, stage.product().size()));
    } else {
      Tensor weight = weights.get(node);
      operation(
              List.of("product", stage.depth(), count, input, weight, product),
              () -> stage.product(device, count, input, weight, product))
          .run();
    }
    if (node.depth() == stages.size()) {
      device.download(view(product, count, network.classes()), logits);
      leaves.get(node).add(labels, batch.start(), count);
      freeSlots.push(product);
      return;
    }
    List<PassTree.Activation> activations = node.activations();
    for (int i = 0; i < activations.size(); i++) {
      PassTree.Activation activation = activations.get(i);
      // The last one may overwrite the product, which nobody needs any more.
      Tensor target = i == activations.size() - 1 ? product : takeSlot();
      Tensor output = finish(stage, count, product, activation.bias(), biases, target);
      for (PassTree.Product next : activation.products()) {
        visit(next, output, batch, weights, biases, leaves);
      }
      freeSlots.push(output);
    }
  }

  /**
   * Bias, activations and pools of a stage; returns the buffer that holds the result and gives back
   * {@code target} if it is another.
   */
  private Tensor finish(
      Stage stage,
      int count,
      Tensor product,
      Mix bias,
      Map<List<Object>, Tensor> biases,
      Tensor target) {
    Tensor values = product;
    Tensor tensor = biases.get(List.of(stage.depth(), bias));
    if (tensor != null) {
      Tensor in = values;
      operation(
              List.of("bias", stage.depth(), count, in, tensor, target),
              () ->
                  device.addBias(
                      Stage.samples(in, stage.product(), count),
                      tensor,
                      Stage.samples(target, stage.product(), count)))
          .run();
      values = target;
    }
    for (int i = 0; i < stage.steps().size(); i++) {
      Layer step = stage.steps().get(i);
      var before = i == 0 ? stage.product() : stage.shapes().get(i - 1);
      var after = stage.shapes().get(i);
      Tensor in = values;
      if (step instanceof Layer.Nonlinearity nonlinearity) {
        Tensor out = values == product ? target : values;
        operation(
                List.of("activation", stage.depth(), i, count, in, out),
                () ->
                    device.activate(
                        nonlinearity.activation(),
                        Stage.samples(in, before, count),
                        Stage.samples(out, before, count)))
            .run();
        values = out;
      } else if (step instanceof Layer.MaxPool2d pool) {
        Tensor out = in == product && target != product ? target : takeSlot();
        operation(
                List.of("pool", stage.depth(), i, count, in, out),
                () ->
                    device.maxPool2d(
                        Stage.samples(in, before, count),
                        pool.kernel(),
                        Stage.samples(out, after, count)))
            .run();
        if (in != product || target == product) {
          freeSlots.push(in);
        }
        values = out;
      }
    }
    if (values == product && target != product) {
      // Neither bias nor step: the next product reads what this one wrote, and it must survive its
      // siblings.
      device.mix(
          1,
          view(product, count, stage.product().size()),
          0,
          view(product, count, stage.product().size()),
          view(target, count, stage.product().size()));
      return target;
    }
    return values;
  }

  private Map<PassTree.Product, Tensor> mixWeights(PassTree tree) {
    Map<PassTree.Product, Tensor> weights = new HashMap<>();
    Map<List<Object>, Tensor> byMix = new HashMap<>();
    Map<Integer, Integer> used = new HashMap<>();
    for (PassTree.Product product : tree.products()) {
      int depth = product.depth();
      if (depth == 1 && sharesFirstProduct) {
        continue;
      }
      Mix mix = product.weight();
      Tensor tensor = byMix.get(List.<Object>of(depth, mix));
      if (tensor == null) {
        if (mix.equals(Mix.FROM)) {
          tensor = fromWeights.get(depth);
        } else if (mix.equals(Mix.TO)) {
          tensor = toWeights.get(depth);
        } else {
          int index = used.merge(depth, 1, Integer::sum);
          tensor =
              mixed.computeIfAbsent(
                  List.of("weight", depth, index), key -> own(execution.weightShape(depth)));
          mix(mix, fromWeights.get(depth), toWeights.get(depth), tensor);
        }
        byMix.put(List.of(depth, mix), tensor);
      }
      weights.put(product, tensor);
    }
    return weights;
  }

  private Map<List<Object>, Tensor> mixBiases(PassTree tree) {
    Map<List<Object>, Tensor> biases = new HashMap<>();
    Map<Integer, Integer> used = new HashMap<>();
    for (PassTree.Product product : tree.products()) {
      int depth = product.depth();
      for (PassTree.Activation activation : product.activations()) {
        Mix mix = activation.bias();
        if (!mix.equals(Mix.ZERO) && !biases.containsKey(List.<Object>of(depth, mix))) {
          int index = used.merge(depth, 1, Integer::sum);
          double[] values = bias(depth, mix);
          Tensor tensor =
              mixed.computeIfAbsent(List.of("bias", depth, index), key -> own(values.length));
          device.upload(values, 0, tensor);
          biases.put(List.of(depth, mix), tensor);
        }
      }
    }
    return biases;
  }

  private double[] bias(int depth, Mix mix) {
    Optional<ParameterSpec> bias = layout.bias(depth);
    if (bias.isEmpty()) {
      return new double[network.classes()];
    }
    double[] values = new double[bias.get().size()];
    for (int i = 0; i < values.length; i++) {
      int index = bias.get().offset() + i;
      values[i] = mix.of(from.value(index), to.value(index));
    }
    return values;
  }

  private void mix(Mix mix, Tensor fromTensor, Tensor toTensor, Tensor out) {
    // A coefficient of zero must not let the other end's infinities through.
    if (mix.to() == 0) {
      device.mix(mix.from(), fromTensor, 0, fromTensor, out);
    } else if (mix.from() == 0) {
      device.mix(mix.to(), toTensor, 0, toTensor, out);
    } else {
      device.mix(mix.from(), fromTensor, mix.to(), toTensor, out);
    }
  }

  private PathPoint point(
      int scheme,
      double alpha,
      PassTree.Variant base,
      PassTree tree,
      Map<PassTree.Product, Leaf> leaves) {
    Mix lastBias = base.biases().get(stages.size() - 1);
    Leaf leaf = leaves.get(tree.leaf(base));
    Classification classification = leaf.classification(lastBias);
    Optional<LastLayerSplit> split =
        splits()
            ? Optional.of(leaf.splits.get(lastBias).toSplit(leaf.classification(Mix.ZERO)))
            : Optional.empty();
    Optional<BiasContributions> contributions = Optional.empty();
    if (measurements.layerContributions()) {
      List<Double> loss = new ArrayList<>();
      List<Double> error = new ArrayList<>();
      for (Stage stage : stages) {
        Classification without =
            classification(Variants.withoutBias(base, stage.depth()), tree, leaves);
        loss.add(classification.loss() - without.loss());
        error.add(classification.error() - without.error());
      }
      Classification none = classification(Variants.withoutBiases(base), tree, leaves);
      contributions =
          Optional.of(
              new BiasContributions(
                  loss,
                  error,
                  classification.loss() - none.loss(),
                  classification.error() - none.error()));
    }
    return new PathPoint(scheme, alpha, classification, split, contributions);
  }

  private Classification classification(
      PassTree.Variant variant, PassTree tree, Map<PassTree.Product, Leaf> leaves) {
    return leaves.get(tree.leaf(variant)).classification(variant.biases().get(stages.size() - 1));
  }

  private Operation operation(List<Object> key, java.util.function.Supplier<Operation> binding) {
    return operations.computeIfAbsent(key, absent -> binding.get());
  }

  private Tensor view(Tensor slot, int count, long columns) {
    return views.computeIfAbsent(
        List.of(slot, count, columns), key -> slot.view(0, count, columns));
  }

  private Tensor takeSlot() {
    return freeSlots.isEmpty() ? own(batchSize, slotElements()) : freeSlots.pop();
  }

  private Tensor own(long... shape) {
    Tensor tensor = device.allocate(shape);
    owned.add(tensor);
    return tensor;
  }

  /** What is summed over the logits of one last product. */
  private final class Leaf {
    private final Map<Mix, ClassificationSums> sums = new HashMap<>();
    private final Map<Mix, LastLayerSums> splits = new HashMap<>();
    private final Map<Mix, Classification> results = new HashMap<>();

    void request(Mix lastBias, boolean split) {
      sums.computeIfAbsent(lastBias, mix -> new ClassificationSums(network.classes()));
      if (split) {
        splits.computeIfAbsent(lastBias, mix -> new LastLayerSums(bias(stages.size(), mix)));
      }
    }

    void add(int[] labels, int start, int count) {
      int classes = network.classes();
      int[] readWithout = splits.isEmpty() ? null : new int[count];
      if (readWithout != null) {
        addAll(Mix.ZERO, labels, start, count, readWithout);
      }
      for (Mix mix : sums.keySet()) {
        if (readWithout == null || !mix.equals(Mix.ZERO)) {
          int[] read = new int[count];
          addAll(mix, labels, start, count, read);
          LastLayerSums split = splits.get(mix);
          if (split != null) {
            for (int i = 0; i < count; i++) {
              split.add(logits, i * classes, labels[start + i], readWithout[i], read[i]);
            }
          }
        } else if (splits.containsKey(mix)) {
          for (int i = 0; i < count; i++) {
            splits
                .get(mix)
                .add(logits, i * classes, labels[start + i], readWithout[i], readWithout[i]);
          }
        }
      }
    }

    private void addAll(Mix mix, int[] labels, int start, int count, int[] read) {
      ClassificationSums sum = sums.get(mix);
      double[] bias = bias(stages.size(), mix);
      for (int i = 0; i < count; i++) {
        read[i] = sum.add(logits, i * bias.length, bias, labels[start + i]);
      }
    }

    Classification classification(Mix lastBias) {
      return results.computeIfAbsent(lastBias, mix -> sums.get(mix).toClassification());
    }
  }
}
