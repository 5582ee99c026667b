package io.plateau.core.dataset;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which samples of a source are used, in the source's order. Applied from left to right.
 *
 * @param classes the classes kept, relabelled 0, 1, ... in the order given; all, with their labels,
 *     if empty
 * @param samplesPerClass the first so many of each class, at least 1
 * @param limit the first so many of what is left, at least 1
 */
public record Subset(List<Integer> classes, OptionalInt samplesPerClass, OptionalInt limit) {

  /** Every sample. */
  public static final Subset EVERYTHING =
      new Subset(List.of(), OptionalInt.empty(), OptionalInt.empty());

  /** Checks what can be checked without the source. */
  public Subset {
    classes = List.copyOf(classes);
    if (classes.size() == 1) {
      throw invalid("classes: one class leaves nothing to tell apart; give two or more, or none");
    }
    if (new HashSet<>(classes).size() != classes.size()) {
      throw invalid("classes: " + classes + " names a class twice");
    }
    requirePositive("samples_per_class", samplesPerClass);
    requirePositive("limit", limit);
  }

  /**
   * The samples chosen, as a view.
   *
   * @throws DatasetException if the source lacks a class or has fewer samples of one than asked for
   */
  public Dataset of(Dataset source) {
    if (equals(EVERYTHING)) {
      return source;
    }
    int[] newLabels = newLabels(source);
    int perClass = samplesPerClass.orElse(Integer.MAX_VALUE);
    int most = limit.orElse(Integer.MAX_VALUE);
    int[] taken = new int[classes.isEmpty() ? source.classes() : classes.size()];
    int[] indices = new int[source.size()];
    int count = 0;
    for (int i = 0; i < source.size(); i++) {
      int label = newLabels[source.label(i)];
      if (label >= 0 && taken[label] < perClass) {
        taken[label]++;
        indices[count++] = i;
      }
    }
    if (samplesPerClass.isPresent()) {
      for (int label = 0; label < taken.length; label++) {
        if (taken[label] < perClass) {
          throw invalid(
              "samples_per_class: "
                  + source.name()
                  + " has "
                  + taken[label]
                  + " samples of class "
                  + (classes.isEmpty() ? label : classes.get(label))
                  + ", not "
                  + perClass);
        }
      }
    }
    if (count == 0) {
      throw invalid("classes: " + source.name() + " has no sample of the classes " + classes);
    }
    return DatasetView.of(
        source, Arrays.copyOf(indices, Math.min(count, most)), newLabels, taken.length);
  }

  private int[] newLabels(Dataset source) {
    int[] newLabels = new int[source.classes()];
    for (int label = 0; label < newLabels.length; label++) {
      newLabels[label] = classes.isEmpty() ? label : classes.indexOf(label);
    }
    for (int label : classes) {
      if (label < 0 || label >= source.classes()) {
        throw invalid(
            "classes: "
                + label
                + " is outside 0.."
                + (source.classes() - 1)
                + " of "
                + source.name());
      }
    }
    return newLabels;
  }

  private static void requirePositive(String field, OptionalInt value) {
    if (value.isPresent() && value.getAsInt() < 1) {
      throw invalid(field + ": " + value.getAsInt() + " is below 1");
    }
  }

  private static DatasetException invalid(String message) {
    return new DatasetException(DatasetException.Reason.INVALID_REQUEST, message);
  }
}
