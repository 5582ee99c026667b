package io.plateau.core.path;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Loss and error of a network on a data set.
 *
 * @param samples number N of samples
 * @param loss mean cross-entropy from logits, natural logarithm; NaN if a logit is not finite
 * @param error share of samples whose largest logit is not that of their class; the lowest class
 *     wins ties
 * @param classErrors error of each class's samples; empty for a class without samples
 * @param classLosses mean loss of each class's samples; empty for a class without samples
 * @param histogram number of samples read as each class
 * @param nonFiniteLogits number of logits that are NaN or infinite; their samples count as misread
 *     and are in no class of the histogram
 */
public record Classification(
    long samples,
    double loss,
    double error,
    List<OptionalDouble> classErrors,
    List<OptionalDouble> classLosses,
    List<Long> histogram,
    long nonFiniteLogits) {
  /** Copies the lists. */
  public Classification {
    classErrors = List.copyOf(classErrors);
    classLosses = List.copyOf(classLosses);
    histogram = List.copyOf(histogram);
  }
}
