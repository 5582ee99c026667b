package io.plateau.interpolator;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A folder of IDX files that a small network learns in moments: noisy images of four patterns. */
public final class SmallDataset {
  public static final String NAME = "small";
  public static final int TRAIN = 256;
  public static final int TEST = 64;
  public static final int CLASSES = 4;
  public static final int SIDE = 6;

  private SmallDataset() {}

  /** Writes the files and gives the folder. */
  public static Path write(Path folder) {
    try {
      Files.createDirectories(folder);
      write(folder, "train", TRAIN, 1);
      write(folder, "t10k", TEST, 2);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  private static void write(Path folder, String prefix, int count, long seed) throws IOException {
    Random random = new Random(seed);
    try (DataOutputStream images = open(folder.resolve(prefix + "-images-idx3-ubyte"));
        DataOutputStream labels = open(folder.resolve(prefix + "-labels-idx1-ubyte"))) {
      images.writeInt(0x803);
      images.writeInt(count);
      images.writeInt(SIDE);
      images.writeInt(SIDE);
      labels.writeInt(0x801);
      labels.writeInt(count);
      for (int i = 0; i < count; i++) {
        int label = i % CLASSES;
        labels.writeByte(label);
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
          boolean bright = (pixel / SIDE) * 2 / SIDE * 2 + (pixel % SIDE) * 2 / SIDE == label;
          images.writeByte(Math.min(255, random.nextInt(90) + (bright ? 120 : 0)));
        }
      }
    }
  }

  private static DataOutputStream open(Path file) throws IOException {
    return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
  }
}
