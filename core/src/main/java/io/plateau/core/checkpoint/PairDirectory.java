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
   * Reads a directory, checking the manifest's digests.
   *
   * @throws CheckpointException NOT_FOUND if a file is missing, CORRUPT if one is not sound
   */
  public static PairDirectory read(Path directory) {
    try {
      if (!Files.isDirectory(directory)) {
        throw new CheckpointException(
            CheckpointException.Reason.NOT_FOUND, directory + ": is not a directory");
      }
      Optional<Manifest> manifest = Optional.empty();
      NetworkSpec network;
      if (Files.exists(directory.resolve(PairFiles.MANIFEST))) {
        manifest = Optional.of(PairFiles.readManifest(directory));
        network = manifest.get().network();
      } else if (Files.exists(directory.resolve(PairFiles.ARCHITECTURE))) {
        network =
            ManifestJson.readArchitecture(
                PairFiles.readSmall(
                    directory.resolve(PairFiles.ARCHITECTURE), MAX_ARCHITECTURE_BYTES),
                PairFiles.ARCHITECTURE);
      } else {
        throw new CheckpointException(
            CheckpointException.Reason.NOT_FOUND,
            directory + ": has neither manifest.json nor architecture.json");
      }
      return new PairDirectory(
          network,
          readEnd(directory, End.INITIALIZATION, manifest, network),
          readEnd(directory, End.MINIMIZER, manifest, network),
          manifest);
    } catch (IOException e) {
      throw new CheckpointException(
          CheckpointException.Reason.UNAVAILABLE, directory + ": can't be read: " + e, e);
    }
  }

  private static Parameters readEnd(
      Path directory, End end, Optional<Manifest> manifest, NetworkSpec network)
      throws IOException {
    if (!Files.exists(directory.resolve(end.fileName()))) {
      throw new CheckpointException(
          CheckpointException.Reason.NOT_FOUND, directory + ": has no " + end.fileName());
    }
    return PairFiles.readEnd(directory, end, manifest.flatMap(m -> m.end(end)), network);
  }
}
