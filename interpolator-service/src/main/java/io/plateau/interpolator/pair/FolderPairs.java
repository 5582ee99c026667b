package io.plateau.interpolator.pair;

import io.plateau.core.checkpoint.CheckpointException;
import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.PairDirectory;
import io.plateau.core.network.Parameters;
import io.plateau.service.errors.Reason;
import io.plateau.service.translation.CoreErrors;
import io.plateau.service.translation.RequestField;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Pairs in folders below configured roots. What lies outside, or is reached by a link below a root,
 * is refused in the same words whether it exists or not.
 */
public final class FolderPairs {
  private final List<Path> roots;

  /**
   * @param roots absolute folders; they themselves may be links
   */
  public FolderPairs(List<Path> roots) {
    this.roots = List.copyOf(roots);
  }

  /**
   * Finds the pair that a URI names.
   *
   * @param uri {@code file:///...}, the folder with its manifest
   * @param field that holds the URI
   * @throws io.plateau.service.errors.PlateauException URI_NOT_ALLOWED, PAIR_NOT_FOUND,
   *     PAIR_CORRUPT, STORE_UNAVAILABLE, or NOT_IMPLEMENTED for another kind of store
   */
  public PairSource open(String uri, RequestField field) {
    if (uri.startsWith("s3://")) {
      throw field.unsupported("S3", "give a file:// URI, or a pair of the trainer's catalogue");
    }
    Path folder = allowed(path(uri, field), field);
    try {
      return new FolderPair(folder, PairDirectory.describe(folder), field);
    } catch (CheckpointException e) {
      throw CoreErrors.of(e, field);
    }
  }

  private static Path path(String uri, RequestField field) {
    try {
      URI parsed = new URI(uri);
      boolean local = parsed.getAuthority() == null || parsed.getAuthority().equals("localhost");
      if (!"file".equals(parsed.getScheme())
          || !local
          || parsed.getPath() == null
          || parsed.getQuery() != null
          || parsed.getFragment() != null) {
        throw field.invalid("is not a URI of a folder of this machine; give file:///PATH");
      }
      return Path.of(parsed.getPath());
    } catch (URISyntaxException | InvalidPathException e) {
      throw field.failure(
          Reason.REQUEST_INVALID, "is not a URI of a folder of this machine; give file:///PATH", e);
    }
  }

  private Path allowed(Path path, RequestField field) {
    for (Path root : roots) {
      if (path.isAbsolute() && path.equals(path.normalize()) && path.startsWith(root)) {
        return withoutLinks(root, path, field);
      }
    }
    throw refused(field);
  }

  private Path withoutLinks(Path root, Path path, RequestField field) {
    try {
      Path place = root.toRealPath();
      for (Path name : root.relativize(path)) {
        if (name.toString().isEmpty()) {
          continue;
        }
        place = place.resolve(name);
        if (Files.isSymbolicLink(place)) {
          throw refused(field);
        }
        if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
          throw field.failure(Reason.PAIR_NOT_FOUND, "there is no such folder");
        }
      }
      return place;
    } catch (IOException e) {
      throw field.failure(Reason.STORE_UNAVAILABLE, "the root can't be read", e);
    }
  }

  private io.plateau.service.errors.PlateauException refused(RequestField field) {
    return field.failure(
        Reason.URI_NOT_ALLOWED,
        roots.isEmpty()
            ? "this server reads no folders; set interpolator.roots to the folders that it may read"
            : "is not below a folder that this server may read (interpolator.roots), or is reached"
                + " by a link");
  }

  private record FolderPair(
      Path folder,
      PairDirectory.Description directory,
      PairDescription description,
      RequestField field)
      implements PairSource {
    FolderPair(Path folder, PairDirectory.Description directory, RequestField field) {
      this(folder, directory, PairDescription.of(directory), field);
    }

    /** It is on this machine already. */
    @Override
    public void fetch(End end, BooleanSupplier stopped) {}

    @Override
    public Parameters read(End end, BooleanSupplier stopped) {
      try {
        return PairDirectory.readEnd(folder, directory, end);
      } catch (CheckpointException e) {
        if (e.reason() == CheckpointException.Reason.NOT_FOUND) {
          throw field.failure(Reason.CHECKPOINT_NOT_FOUND, e.getMessage(), e);
        }
        throw CoreErrors.of(e, field);
      }
    }
  }
}
