package io.plateau.core.dataset;

import io.plateau.core.dataset.DatasetException.Reason;
import io.plateau.core.network.TensorShape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Images and labels in IDX files, plain or gzip. Values are divided by 255; an image of H x W
 * becomes a sample [1, H, W].
 */
public final class IdxSource {
  private IdxSource() {}

  /**
   * Reads a pair of files.
   *
   * @param classes k, or empty for the largest label + 1
   * @throws DatasetException if a file is missing or malformed, or the two do not belong together
   */
  public static Dataset read(
      Path images, Path labels, String name, Split split, OptionalInt classes) {
    return of(IdxFile.read(images), IdxFile.read(labels), name, split, classes);
  }

  /**
   * Reads {@code train-images-idx3-ubyte} and {@code train-labels-idx1-ubyte}, or {@code t10k-...}
   * for the test split, each plain or with {@code .gz}, from a folder.
   *
   * @param classes k, or empty for the largest label + 1 of whichever splits are there
   * @throws DatasetException if a file is missing or malformed, or the two do not belong together
   */
  public static Dataset readFolder(Path folder, String name, Split split, OptionalInt classes) {
    IdxFile images = IdxFile.read(find(folder, imagesName(split)));
    IdxFile labels = IdxFile.read(find(folder, labelsName(split)));
    Split other = split == Split.TRAIN ? Split.TEST : Split.TRAIN;
    if (classes.isPresent() || !isThere(folder, labelsName(other))) {
      return of(images, labels, name, split, classes);
    }
    IdxFile otherLabels = IdxFile.read(find(folder, labelsName(other)));
    int most = Math.max(classes(labels), classes(otherLabels));
    return of(images, labels, name, split, OptionalInt.of(most));
  }

  private static int classes(IdxFile labels) {
    int largest = 1;
    for (byte label : labels.values()) {
      largest = Math.max(largest, label & 0xff);
    }
    return largest + 1;
  }

  private static boolean isThere(Path folder, String name) {
    return Files.exists(folder.resolve(name)) || Files.exists(folder.resolve(name + ".gz"));
  }

  static Dataset of(IdxFile images, IdxFile labels, String name, Split split, OptionalInt classes) {
    List<Integer> shape = images.dimensions();
    if (shape.size() < 2) {
      throw new DatasetException(
          Reason.MALFORMED, name + ": the images have one axis only; are they labels?");
    }
    if (labels.dimensions().size() != 1) {
      throw new DatasetException(
          Reason.MALFORMED,
          name + ": the labels have axes " + labels.dimensions() + "; are they images?");
    }
    if (!shape.get(0).equals(labels.dimensions().get(0))) {
      throw new DatasetException(
          Reason.MALFORMED,
          name + ": " + shape.get(0) + " images but " + labels.dimensions().get(0) + " labels");
    }
    List<Integer> sample = new ArrayList<>(shape.subList(1, shape.size()));
    if (sample.size() == 2) {
      sample.add(0, 1);
    }
    byte[] bytes = labels.values();
    int[] values = new int[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] & 0xff;
    }
    return new ByteDataset(
        name, split, new TensorShape(sample), images.values(), new Labels(values, classes, name));
  }

  static String imagesName(Split split) {
    return prefix(split) + "-images-idx3-ubyte";
  }

  static String labelsName(Split split) {
    return prefix(split) + "-labels-idx1-ubyte";
  }

  /** The plain file of a name, or the zipped one. */
  static Path find(Path folder, String name) {
    Path plain = folder.resolve(name);
    Path zipped = folder.resolve(name + ".gz");
    if (Files.exists(plain)) {
      return plain;
    } else if (Files.exists(zipped)) {
      return zipped;
    }
    throw new DatasetException(
        Reason.NOT_FOUND, folder + ": has neither " + name + " nor " + name + ".gz");
  }

  private static String prefix(Split split) {
    return switch (split) {
      case TRAIN -> "train";
      case TEST -> "t10k";
      case ALL ->
          throw new DatasetException(
              Reason.INVALID_REQUEST,
              "split: a folder of IDX files is read by split; give "
                  + Split.TRAIN.name().toLowerCase(Locale.ROOT)
                  + " or "
                  + Split.TEST.name().toLowerCase(Locale.ROOT));
    };
  }
}
