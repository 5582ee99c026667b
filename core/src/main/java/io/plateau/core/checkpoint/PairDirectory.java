package io.plateau.core.checkpoint;

import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.Parameters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One pair directory on its own, outside any store: {@code init.safetensors} and {@code
 * final.safetensors} beside a {@code manifest.json} or, where there is none, an {@code
 * architecture.json}.
 *
 * @param network the architecture of both ends
 * @param initialization where the training started
 * @param minimizer where it ended
 * @param manifest absent where only the architecture is known; then no digest was checked
 */
public record PairDirectory(
    NetworkSpec network,
    Parameters initialization,
    Parameters minimizer,
    Optional<Manifest> manifest) {

  private static final int MAX_ARCHITECTURE_BYTES = 4 << 20;

  /**
   * What a directory says of its pair, no tensor read.
   *
   * @param network the architecture of every end
   * @param manifest absent where only the architecture is known
   */
  public record Description(NetworkSpec network, Optional<Manifest> manifest) {}

  /**
   * Reads a directory, checking the manifest's digests.
   *
   * @throws CheckpointException NOT_FOUND if a file is missing, CORRUPT if one is not sound
   */
  public static PairDirectory read(Path directory) {
    Description found = describe(directory);
    return new PairDirectory(
        found.network(),
        readEnd(directory, found, End.INITIALIZATION),
        readEnd(directory, found, End.MINIMIZER),
        found.manifest());
  }

  /**
   * Reads what a directory says of its pair.
   *
   * @throws CheckpointException NOT_FOUND if a file is missing, CORRUPT if one is not sound
   */
  public static Description describe(Path directory) {
    try {
      if (!Files.isDirectory(directory)) {
        throw new CheckpointException(
            CheckpointException.Reason.NOT_FOUND, directory + ": is not a directory");
      }
      if (Files.exists(directory.resolve(PairFiles.MANIFEST))) {
        Manifest manifest = PairFiles.readManifest(directory);
        return new Description(manifest.network(), Optional.of(manifest));
      }
      if (Files.exists(directory.resolve(PairFiles.ARCHITECTURE))) {
        byte[] json =
            PairFiles.readSmall(directory.resolve(PairFiles.ARCHITECTURE), MAX_ARCHITECTURE_BYTES);
        return new Description(
            ManifestJson.readArchitecture(json, PairFiles.ARCHITECTURE), Optional.empty());
      }
      throw new CheckpointException(
          CheckpointException.Reason.NOT_FOUND,
          directory + ": has neither manifest.json nor architecture.json");
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  /**
   * Reads one end, checking its digest where a manifest has it.
   *
   * @param description what {@link #describe} found
   * @throws CheckpointException NOT_FOUND if there is no such end, CORRUPT if it is not sound
   */
  public static Parameters readEnd(Path directory, Description description, End end) {
    boolean stored =
        description.manifest().map(found -> found.end(end).isPresent()).orElse(true)
            && Files.exists(directory.resolve(end.fileName()));
    if (!stored) {
      throw new CheckpointException(
          CheckpointException.Reason.NOT_FOUND, directory + ": has no " + end.fileName());
    }
    try {
      return PairFiles.readEnd(
          directory,
          end,
          description.manifest().flatMap(found -> found.end(end)),
          description.network());
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  private static CheckpointException unreadable(Path directory, IOException e) {
    return new CheckpointException(
        CheckpointException.Reason.UNAVAILABLE, directory + ": can't be read: " + e, e);
  }
}
