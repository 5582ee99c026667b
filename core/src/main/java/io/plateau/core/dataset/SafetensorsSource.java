package io.plateau.core.dataset;

import io.plateau.core.dataset.DatasetException.Reason;
import io.plateau.core.network.NetworkException;
import io.plateau.core.network.TensorShape;
import io.plateau.core.safetensors.SafetensorsException;
import io.plateau.core.safetensors.SafetensorsReader;
import io.plateau.core.safetensors.TensorEntry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Samples in a safetensors file: {@code x} of shape [N, D], [N, H, W] or [N, C, H, W],
 * floating-point and already scaled, and {@code y} of shape [N], integers. Other tensors are not
 * looked at.
 */
public final class SafetensorsSource {
  private SafetensorsSource() {}

  /**
   * Reads a file.
   *
   * @param classes k, or empty for the largest label + 1
   * @throws DatasetException if the file is missing, malformed or holds something else
   */
  public static Dataset read(Path file, String name, OptionalInt classes) {
    String where = String.valueOf(file.getFileName());
    if (!Files.exists(file)) {
      throw new DatasetException(Reason.NOT_FOUND, file + ": there is no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new DatasetException(Reason.MALFORMED, file + ": is not a regular file");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(new SafetensorsReader(channel, channel.size(), where), where, name, classes);
    } catch (SafetensorsException e) {
      throw new DatasetException(Reason.MALFORMED, e.getMessage(), e);
    } catch (IOException e) {
      throw new DatasetException(Reason.UNREADABLE, where + ": can't be read: " + e, e);
    }
  }

  private static Dataset read(
      SafetensorsReader reader, String where, String name, OptionalInt classes) throws IOException {
    TensorEntry x = require(reader, "x", where);
    TensorEntry y = require(reader, "y", where);
    TensorShape shape = sampleShape(x, where);
    if (!x.dtype().isFloatingPoint()) {
      throw malformed(
          where, "x is " + x.dtype() + "; give F32, F64, F16 or BF16, scaled as the network needs");
    }
    if (!y.shape().equals(List.of(x.shape().get(0)))) {
      throw malformed(
          where,
          "y has shape "
              + y.shape()
              + "; x of shape "
              + x.shape()
              + " needs "
              + x.shape().subList(0, 1));
    }
    if (x.size() > Integer.MAX_VALUE - 8) {
      throw new DatasetException(
          Reason.TOO_LARGE,
          where + ": more than " + (Integer.MAX_VALUE - 8) + " values of x do not fit in memory");
    }
    long[] stored = reader.readIntegers(y);
    int[] labels = new int[stored.length];
    for (int i = 0; i < labels.length; i++) {
      if (stored[i] < 0 || stored[i] >= Labels.MAX_CLASSES) {
        throw malformed(
            where,
            "label "
                + stored[i]
                + " of sample "
                + i
                + " is outside 0.."
                + (Labels.MAX_CLASSES - 1));
      }
      labels[i] = (int) stored[i];
    }
    float[] values = new float[(int) x.size()];
    reader.readFloats(x, values, 0);
    return new FloatDataset(name, Split.ALL, shape, values, new Labels(labels, classes, where));
  }

  private static TensorEntry require(SafetensorsReader reader, String tensor, String where) {
    return reader
        .header()
        .tensor(tensor)
        .orElseThrow(
            () ->
                malformed(
                    where,
                    "has no tensor '" + tensor + "'; samples are stored as x [N, ...] and y [N]"));
  }

  private static TensorShape sampleShape(TensorEntry x, String where) {
    List<Long> shape = x.shape();
    if (shape.size() < 2 || shape.size() > 4) {
      throw malformed(where, "x has shape " + shape + "; give [N, D], [N, H, W] or [N, C, H, W]");
    }
    List<Integer> sample = new ArrayList<>();
    if (shape.size() == 3) {
      sample.add(1);
    }
    try {
      for (long length : shape.subList(1, shape.size())) {
        sample.add(Math.toIntExact(length));
      }
      return new TensorShape(sample);
    } catch (ArithmeticException | NetworkException e) {
      throw malformed(where, "x has shape " + shape + ", which makes no samples");
    }
  }

  private static DatasetException malformed(String where, String problem) {
    return new DatasetException(Reason.MALFORMED, where + ": " + problem);
  }
}
