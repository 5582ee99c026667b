package io.plateau.core.training;

import io.plateau.core.dataset.Dataset;
import io.plateau.core.kernel.ExecutionLayout;
import io.plateau.core.kernel.NetworkPass;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.path.Classification;
import io.plateau.core.path.ClassificationSums;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Loss, error and probabilities of the parameters as they stand, over a whole data set.
 *
 * @param classification loss and error
 * @param classAccuracy share of each class's samples read right
 * @param classProbability mean p_y of each class's samples
 */
record EpochMeasurement(
    Classification classification,
    List<OptionalDouble> classAccuracy,
    List<OptionalDouble> classProbability) {

  /** Runs a data set through a pass. */
  static EpochMeasurement of(NetworkSpec network, NetworkPass pass, Dataset data) {
    int classes = network.classes();
    int capacity = pass.capacity();
    int sampleSize = Math.toIntExact(network.input().size());
    ExecutionLayout layout = new ExecutionLayout(network);
    float[] samples = new float[capacity * sampleSize];
    float[] deviceSamples = new float[capacity * sampleSize];
    double[] logits = new double[capacity * classes];
    double[] noBias = new double[classes];
    double[] probability = new double[classes];
    ClassificationSums sums = new ClassificationSums(classes);
    for (int start = 0; start < data.size(); start += capacity) {
      int count = Math.min(capacity, data.size() - start);
      data.read(start, count, samples, 0);
      layout.samplesToDevice(samples, count, deviceSamples);
      pass.forward(deviceSamples, count, logits);
      for (int i = 0; i < count; i++) {
        int label = data.label(start + i);
        sums.add(logits, i * classes, noBias, label);
        probability[label] += CrossEntropy.probability(logits, i * classes, classes, label);
      }
    }
    Classification classification = sums.toClassification();
    List<OptionalDouble> accuracies = new ArrayList<>();
    List<OptionalDouble> probabilities = new ArrayList<>();
    List<Integer> counts = data.classCounts();
    for (int c = 0; c < classes; c++) {
      int count = c < counts.size() ? counts.get(c) : 0;
      OptionalDouble error = classification.classErrors().get(c);
      accuracies.add(error.isPresent() ? OptionalDouble.of(1 - error.getAsDouble()) : error);
      probabilities.add(
          count > 0 ? OptionalDouble.of(probability[c] / count) : OptionalDouble.empty());
    }
    return new EpochMeasurement(classification, accuracies, probabilities);
  }

  /** Whether a class has samples, all read right, with enough probability in the mean. */
  boolean learned(int label, double threshold) {
    return classAccuracy.get(label).orElse(0) == 1.0
        && classProbability.get(label).orElse(0) >= threshold;
  }
}
