package io.plateau.core.dataset;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Samples at a path, whichever format they are in. */
public final class PathSource {
  private PathSource() {}

  /**
   * Reads a folder as IDX files and a file as safetensors.
   *
   * @param name the data set is to have
   * @param split which files of a folder; {@link Split#ALL} for a safetensors file
   * @param classes k, or empty for the largest label + 1
   * @throws DatasetException if there is nothing, or nothing sound, at the path
   */
  public static Dataset read(Path path, String name, Split split, OptionalInt classes) {
    if (Files.isDirectory(path)) {
      return IdxSource.readFolder(path, name, split, classes);
    } else if (split != Split.ALL) {
      throw new DatasetException(
          DatasetException.Reason.INVALID_REQUEST,
          "split: " + path.getFileName() + " is one file, which is not split; give all");
    }
    return SafetensorsSource.read(path, name, classes);
  }
}
