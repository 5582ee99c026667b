package io.plateau.core.training;

import io.plateau.core.checkpoint.EpochRecord;
import io.plateau.core.checkpoint.HeldOut;
import io.plateau.core.checkpoint.TrainingRecord;
import io.plateau.core.dataset.Dataset;
import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.ExecutionLayout;
import io.plateau.core.kernel.NetworkPass;
import io.plateau.core.kernel.Stage;
import io.plateau.core.kernel.Tensor;
import io.plateau.core.network.Initialization;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.ParameterSpec;
import io.plateau.core.network.Parameters;
import io.plateau.core.network.RandomStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.commons.rng.sampling.PermutationSampler;

/**
 * Trains one network by minibatches of mean cross-entropy. For a given plan, data, device and
 * number of threads the result is the same bits, interrupted or not.
 */
public final class Trainer implements AutoCloseable {
  private static final int MEASURING_BATCH = 1024;
  private static final long MEASURING_BYTES = 16L << 20;

  private final Device device;
  private final TrainingPlan plan;
  private final NetworkSpec network;
  private final Dataset data;
  private final Optional<Dataset> heldOut;
  private final ParameterLayout layout;
  private final ExecutionLayout execution;
  private final Optimizer optimizer;
  private final Tensor parameters;
  private final Tensor gradient;
  private final Tensor velocity;
  private final NetworkPass pass;
  private final NetworkPass measuring;
  private final int stepsPerEpoch;

  private Parameters initialization;
  private int epoch;
  private int step;
  private final List<EpochRecord> epochs = new ArrayList<>();
  private final OptionalInt[] learnedSince;
  private double epochSeconds;

  /**
   * Puts the network on the device.
   *
   * @param heldOut measured after each epoch beside the training data
   * @throws TrainingException if the data do not fit the network
   */
  public Trainer(Device device, TrainingPlan plan, Dataset data, Optional<Dataset> heldOut) {
    this.device = device;
    this.plan = plan;
    this.network = plan.network();
    requireFit(network, data, "dataset");
    heldOut.ifPresent(set -> requireFit(network, set, "held_out_dataset"));
    this.data = data.reshaped(network.input());
    this.heldOut = heldOut.map(set -> set.reshaped(network.input()));
    this.layout = ParameterLayout.of(network);
    this.execution = new ExecutionLayout(network);
    this.optimizer = new Optimizer(device, plan.optimizer(), layout);
    this.parameters = device.allocate(layout.size());
    this.gradient = device.allocate(layout.size());
    this.velocity = device.allocate(layout.size());
    int batch = Math.min(plan.batchSize(), data.size());
    this.pass = NetworkPass.training(device, network, batch, parameters, gradient);
    long sampleBytes =
        Stage.of(network).stream().mapToLong(Stage::largestOutput).max().orElseThrow()
            * device.precision().bytes();
    int measuringBatch =
        (int) Math.max(1, Math.min(MEASURING_BATCH, MEASURING_BYTES / sampleBytes));
    this.measuring =
        NetworkPass.forward(device, network, Math.min(measuringBatch, data.size()), parameters);
    this.stepsPerEpoch = (data.size() + batch - 1) / batch;
    this.learnedSince = new OptionalInt[network.classes()];
    java.util.Arrays.fill(learnedSince, OptionalInt.empty());
  }

  /** Trains from the seed's initialization. */
  public TrainingResult run(TrainingListener listener) {
    return run(Initialization.draw(network, plan.seed()), listener);
  }

  /** Trains from a given initialization. */
  public TrainingResult run(Parameters start, TrainingListener listener) {
    initialization = start;
    device.upload(execution.toDevice(start.toArray()), 0, parameters);
    device.upload(new float[layout.size()], 0, velocity);
    EpochRecord first = record(0, 0, 0);
    List<Integer> learned = noteLearned(first);
    epochs.add(first);
    listener.onEpoch(first, learned, this::state);
    return loop(listener);
  }

  /** Goes on from a state of the same plan and data. */
  public TrainingResult resume(TrainingState state, TrainingListener listener) {
    if (!state.parameters().layout().equals(layout)) {
      throw new TrainingException("state", "belongs to another network");
    }
    initialization = state.initialization();
    device.upload(execution.toDevice(state.parameters().toArray()), 0, parameters);
    device.upload(execution.toDevice(state.velocity().toArray()), 0, velocity);
    epoch = state.epoch();
    step = state.step();
    epochs.addAll(state.epochs());
    epochSeconds = state.epochSeconds();
    for (int c = 0; c < learnedSince.length; c++) {
      learnedSince[c] = state.learnedSince().get(c);
    }
    return loop(listener);
  }

  @Override
  public void close() {
    pass.close();
    measuring.close();
    parameters.close();
    gradient.close();
    velocity.close();
  }

  private static void requireFit(NetworkSpec network, Dataset data, String field) {
    if (data.sampleShape().size() != network.input().size()) {
      throw new TrainingException(
          field,
          "samples of shape "
              + data.sampleShape()
              + " do not fit the network's input "
              + network.input());
    }
    if (data.classes() > network.classes()) {
      throw new TrainingException(
          field, "has " + data.classes() + " classes, the network " + network.classes());
    }
  }

  private TrainingResult loop(TrainingListener listener) {
    int batch = pass.capacity();
    int sampleSize = Math.toIntExact(network.input().size());
    float[] samples = new float[batch * sampleSize];
    float[] deviceSamples = new float[batch * sampleSize];
    double[] logits = new double[batch * network.classes()];
    int[] labels = new int[batch];
    Optional<StopReason> stop = stopReason();
    while (stop.isEmpty()) {
      int[] order = order(epoch);
      double rate = 0;
      while (step < stepsPerEpoch) {
        long started = System.nanoTime();
        int start = step * batch;
        int count = Math.min(batch, data.size() - start);
        data.gather(order, start, count, samples, 0);
        for (int i = 0; i < count; i++) {
          labels[i] = data.label(order[start + i]);
        }
        execution.samplesToDevice(samples, count, deviceSamples);
        pass.forward(deviceSamples, count, logits);
        CrossEntropy.toGradient(logits, labels, count, network.classes());
        pass.backward(logits, count);
        rate = plan.learningRate().at(epoch, step, stepsPerEpoch, plan.stoppingRule().maxEpochs());
        optimizer.step(rate, parameters, gradient, velocity);
        step++;
        epochSeconds += (System.nanoTime() - started) / 1e9;
        listener.onStep(epoch, step, stepsPerEpoch, this::state);
      }
      rate =
          plan.learningRate()
              .at(epoch, stepsPerEpoch - 1, stepsPerEpoch, plan.stoppingRule().maxEpochs());
      EpochRecord record = record(epoch + 1, rate, epochSeconds);
      epoch++;
      step = 0;
      epochSeconds = 0;
      List<Integer> learned = noteLearned(record);
      epochs.add(record);
      listener.onEpoch(record, learned, this::state);
      stop = stopReason();
    }
    return result(stop.get());
  }

  /** The order of samples in an epoch, from the seed and the epoch's number alone. */
  private int[] order(int epoch) {
    int[] order = PermutationSampler.natural(data.size());
    PermutationSampler.shuffle(RandomStream.of(plan.seed(), "order", epoch), order);
    return order;
  }

  private EpochRecord record(int number, double rate, double seconds) {
    EpochMeasurement train = EpochMeasurement.of(network, measuring, data);
    Optional<HeldOut> other =
        heldOut.map(
            set -> {
              EpochMeasurement measured = EpochMeasurement.of(network, measuring, set);
              return new HeldOut(
                  measured.classification().loss(),
                  measured.classification().error(),
                  measured.classAccuracy());
            });
    return new EpochRecord(
        number,
        rate,
        train.classification().loss(),
        train.classification().error(),
        train.classAccuracy(),
        train.classProbability(),
        other,
        lastBiases(),
        seconds);
  }

  private List<Double> lastBiases() {
    Optional<ParameterSpec> bias = layout.bias(network.depth());
    if (bias.isEmpty()) {
      return List.of();
    }
    double[] values = new double[bias.get().size()];
    device.download(parameters.view(bias.get().offset(), values.length), values);
    List<Double> list = new ArrayList<>();
    for (double value : values) {
      list.add(value);
    }
    return list;
  }

  private List<Integer> noteLearned(EpochRecord record) {
    List<Integer> learned = new ArrayList<>();
    for (int c = 0; c < learnedSince.length; c++) {
      boolean now =
          record.trainClassAccuracy().get(c).orElse(0) == 1.0
              && record.trainClassProbability().get(c).orElse(0) >= plan.learnedProbability();
      if (!now) {
        learnedSince[c] = OptionalInt.empty();
      } else if (learnedSince[c].isEmpty()) {
        learnedSince[c] = OptionalInt.of(record.epoch());
        learned.add(c);
      }
    }
    return learned;
  }

  private Optional<StopReason> stopReason() {
    EpochRecord last = epochs.get(epochs.size() - 1);
    if (step != 0) {
      return Optional.empty();
    } else if (!Double.isFinite(last.trainLoss())) {
      return Optional.of(StopReason.DIVERGED);
    } else if (epoch == 0) {
      return Optional.empty();
    }
    StoppingRule rule = plan.stoppingRule();
    if (last.trainLoss() <= rule.trainLoss().orElse(Double.NEGATIVE_INFINITY)) {
      return Optional.of(StopReason.TRAIN_LOSS);
    } else if (last.trainError() <= rule.trainError().orElse(Double.NEGATIVE_INFINITY)) {
      return Optional.of(StopReason.TRAIN_ERROR);
    }
    return epoch >= rule.maxEpochs() ? Optional.of(StopReason.MAX_EPOCHS) : Optional.empty();
  }

  private TrainingState state() {
    return new TrainingState(
        epoch,
        step,
        initialization,
        download(parameters),
        download(velocity),
        epochs,
        List.of(learnedSince),
        epochSeconds);
  }

  private Parameters download(Tensor flat) {
    float[] values = new float[layout.size()];
    device.download(flat, values);
    return Parameters.wrap(layout, execution.fromDevice(values));
  }

  private TrainingResult result(StopReason reason) {
    EpochRecord last = epochs.get(epochs.size() - 1);
    List<OptionalInt> learned = List.of(learnedSince);
    TrainingRecord record =
        new TrainingRecord(
            plan.seed(),
            reason.name(),
            epochs.stream().mapToDouble(EpochRecord::seconds).sum(),
            plan.learnedProbability(),
            epochs,
            learned,
            reason == StopReason.DIVERGED
                ? OptionalDouble.empty()
                : LearningOrder.correlation(learned, last.lastBiases()),
            reason == StopReason.DIVERGED
                ? Optional.empty()
                : LearningOrder.largestBiasLearnedLast(learned, last.lastBiases()));
    int largestClass = Collections.max(data.classCounts());
    double reference = 1 - (double) largestClass / data.size();
    boolean failed = reason == StopReason.DIVERGED || !(last.trainError() < reference / 2);
    return new TrainingResult(initialization, download(parameters), record, reason, failed);
  }
}
