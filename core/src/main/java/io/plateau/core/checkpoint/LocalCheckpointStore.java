package io.plateau.core.checkpoint;

import io.plateau.core.checkpoint.CheckpointException.Reason;
import io.plateau.core.file.DiskOperations;
import io.plateau.core.file.FileOperations;
import io.plateau.core.file.Sha256;
import io.plateau.core.file.WholeFiles;
import io.plateau.core.network.Parameters;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Pairs in a folder of this machine or of a shared file system.
 *
 * <pre>
 * pairs/{id}/         init.safetensors, final.safetensors, epoch-000012.safetensors, manifest.json
 * uncommitted/{id}/   whole ends of a pair without a commit
 * resume/{id}.state   what a training goes on from, its SHA-256 at the end
 * temporary/          what is being written; leftovers of dead processes go when a store is opened
 * </pre>
 *
 * Every file is written under {@code temporary}, forced to the disk and renamed. A commit writes
 * the manifest last and then renames the whole folder into {@code pairs}; a deletion renames it out
 * again. So a crash leaves the old state or the new one.
 */
public final class LocalCheckpointStore implements CheckpointStore {
  private static final String STATE = ".state";
  private static final int DIGEST_BYTES = 32;

  private final Path root;
  private final Path pairs;
  private final Path uncommitted;
  private final Path resume;
  private final FileOperations operations;
  private final WholeFiles files;
  // Empty for a store that is only read.
  private final Optional<TemporaryFolder> temporary;
  // Folders of uncommitted pairs change under this lock only.
  private final Object folders = new Object();

  private LocalCheckpointStore(
      Path root, FileOperations operations, Optional<TemporaryFolder> temporary) {
    this.root = root;
    this.pairs = root.resolve("pairs");
    this.uncommitted = root.resolve("uncommitted");
    this.resume = root.resolve("resume");
    this.operations = operations;
    this.files = new WholeFiles(operations);
    this.temporary = temporary;
  }

  /**
   * Opens a store for reading and writing; makes the folder if there is none, and removes what dead
   * processes left half-written.
   *
   * @throws CheckpointException UNAVAILABLE if the folder can't be made or written
   */
  public static LocalCheckpointStore open(Path root) {
    return open(root, new DiskOperations(), TemporaryFolder.thisProcess());
  }

  /** For tests, which stop between any two steps and play several processes. */
  static LocalCheckpointStore open(Path root, FileOperations operations, String process) {
    try {
      Files.createDirectories(root);
      Path real = root.toRealPath();
      for (String name : List.of("pairs", "uncommitted", "resume", "temporary")) {
        operations.createFolder(real.resolve(name));
      }
      operations.forceFolder(real);
      TemporaryFolder temporary =
          TemporaryFolder.open(operations, real.resolve("temporary"), process);
      return new LocalCheckpointStore(real, operations, Optional.of(temporary));
    } catch (IOException e) {
      throw new CheckpointException(
          Reason.UNAVAILABLE, "the store " + root + " can't be opened: " + e, e);
    }
  }

  /**
   * Opens a store for reading only; writes nothing at all, so that a read-only mount will do.
   *
   * @throws CheckpointException NOT_FOUND if there is no store
   */
  public static LocalCheckpointStore openReadOnly(Path root) {
    if (!Files.isDirectory(root.resolve("pairs"))) {
      throw new CheckpointException(Reason.NOT_FOUND, root + " is not a store: it has no pairs");
    }
    try {
      return new LocalCheckpointStore(root.toRealPath(), new DiskOperations(), Optional.empty());
    } catch (IOException e) {
      throw new CheckpointException(
          Reason.UNAVAILABLE, "the store " + root + " can't be opened: " + e, e);
    }
  }

  @Override
  public StoredEnd writeEnd(
      String pair, End end, Parameters parameters, double loss, double error) {
    StoreId.require("pair", pair);
    CheckpointException.require(
        error >= 0 && error <= 1, "error", () -> error + " is outside 0..1");
    Map<String, String> metadata = new LinkedHashMap<>();
    // What PyTorch's own loaders look for.
    metadata.put("format", "pt");
    metadata.put("plateau.end", end.fileName().replace(".safetensors", ""));
    Path file = temporary().newPath();
    MessageDigest sha256 = Sha256.newDigest();
    long[] bytes = new long[1];
    try {
      files.writeTemporary(
          file,
          out ->
              ParameterFile.write(
                  parameters,
                  metadata,
                  new DigestOutputStream(out, sha256) {
                    @Override
                    public void write(byte[] content, int offset, int length) throws IOException {
                      super.write(content, offset, length);
                      bytes[0] += length;
                    }
                  }));
      synchronized (folders) {
        Path folder = uncommitted.resolve(pair);
        operations.createFolder(folder);
        operations.forceFolder(uncommitted);
        files.publish(file, folder.resolve(end.fileName()));
      }
    } catch (IOException e) {
      throw unavailable("write " + end.fileName() + " of pair '" + pair + "'", e);
    }
    return new StoredEnd(loss, error, bytes[0], Sha256.hex(sha256));
  }

  @Override
  public void commit(Manifest manifest) {
    String pair = manifest.pair();
    byte[] json = ManifestJson.write(manifest);
    Path folder = uncommitted.resolve(pair);
    TemporaryFolder scratch = temporary();
    synchronized (folders) {
      try {
        if (Files.exists(pairs.resolve(pair), LinkOption.NOFOLLOW_LINKS)) {
          throw alreadyThere(pair);
        }
        requireEnds(manifest, folder);
        Set<String> named = ends(manifest).stream().map(End::fileName).collect(Collectors.toSet());
        for (Path file : entries(folder)) {
          if (!named.contains(String.valueOf(file.getFileName()))) {
            TemporaryFolder.deleteTree(operations, file);
          }
        }
        files.write(scratch.newPath(), folder.resolve(PairFiles.MANIFEST), out -> out.write(json));
        operations.rename(folder, pairs.resolve(pair));
        operations.forceFolder(pairs);
        operations.forceFolder(uncommitted);
      } catch (IOException e) {
        // Another process may have committed the same pair since we looked.
        if (Files.exists(pairs.resolve(pair), LinkOption.NOFOLLOW_LINKS)) {
          throw alreadyThere(pair);
        }
        throw unavailable("commit pair '" + pair + "'", e);
      }
    }
  }

  @Override
  public void discard(String pair) {
    StoreId.require("pair", pair);
    synchronized (folders) {
      remove(uncommitted.resolve(pair), uncommitted, "discard pair '" + pair + "'");
    }
  }

  @Override
  public List<String> listUncommitted() {
    return ids(uncommitted, "").stream()
        .filter(id -> Files.isDirectory(uncommitted.resolve(id), LinkOption.NOFOLLOW_LINKS))
        .toList();
  }

  @Override
  public List<String> list() {
    return ids(pairs, "").stream().filter(this::exists).toList();
  }

  @Override
  public boolean exists(String pair) {
    StoreId.require("pair", pair);
    Path folder = pairs.resolve(pair);
    return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
        && Files.isRegularFile(folder.resolve(PairFiles.MANIFEST), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public Manifest manifest(String pair) {
    Path folder = committed(pair);
    try {
      Manifest manifest = PairFiles.readManifest(folder);
      if (!manifest.pair().equals(pair)) {
        throw new CheckpointException(
            Reason.CORRUPT, PairFiles.MANIFEST + ": pair: is '" + manifest.pair() + "'");
      }
      return manifest;
    } catch (NoSuchFileException e) {
      throw notFound(pair);
    } catch (CheckpointException e) {
      throw corrupt(pair, e);
    } catch (IOException e) {
      throw unavailable("read the manifest of pair '" + pair + "'", e);
    }
  }

  @Override
  public Parameters read(String pair, End end) {
    Manifest manifest = manifest(pair);
    StoredEnd expected = storedEnd(manifest, end);
    try {
      return PairFiles.readEnd(pairs.resolve(pair), end, Optional.of(expected), manifest.network());
    } catch (NoSuchFileException e) {
      throw missing(pair, end);
    } catch (CheckpointException e) {
      throw corrupt(pair, e);
    } catch (IOException e) {
      throw unavailable("read " + end.fileName() + " of pair '" + pair + "'", e);
    }
  }

  @Override
  public InputStream openFile(String pair, End end, long offset) {
    StoredEnd expected = storedEnd(manifest(pair), end);
    CheckpointException.require(
        offset >= 0 && offset <= expected.bytes(),
        "offset",
        () -> offset + " is outside 0.." + expected.bytes());
    try {
      FileChannel file = PairFiles.open(pairs.resolve(pair).resolve(end.fileName()));
      file.position(offset);
      return Channels.newInputStream(file);
    } catch (NoSuchFileException e) {
      throw missing(pair, end);
    } catch (CheckpointException e) {
      throw corrupt(pair, e);
    } catch (IOException e) {
      throw unavailable("read " + end.fileName() + " of pair '" + pair + "'", e);
    }
  }

  @Override
  public List<String> verify(String pair) {
    List<String> problems = new ArrayList<>();
    Manifest manifest;
    try {
      manifest = manifest(pair);
    } catch (CheckpointException e) {
      if (e.reason() == Reason.CORRUPT) {
        return List.of(e.getMessage());
      }
      throw e;
    }
    for (End end : ends(manifest)) {
      try {
        read(pair, end);
      } catch (CheckpointException e) {
        if (e.reason() != Reason.CORRUPT) {
          throw e;
        }
        problems.add(e.getMessage());
      }
    }
    return problems;
  }

  @Override
  public boolean delete(String pair) {
    StoreId.require("pair", pair);
    return remove(pairs.resolve(pair), pairs, "delete pair '" + pair + "'");
  }

  @Override
  public void saveResumeState(String training, Content state) {
    Path file = resume.resolve(StoreId.require("training", training) + STATE);
    MessageDigest sha256 = Sha256.newDigest();
    try {
      files.write(
          temporary().newPath(),
          file,
          out -> {
            state.writeTo(new DigestOutputStream(out, sha256));
            out.write(sha256.digest());
          });
    } catch (IOException e) {
      throw unavailable("save the resume state of training '" + training + "'", e);
    }
  }

  @Override
  public Optional<InputStream> readResumeState(String training) {
    Path path = resume.resolve(StoreId.require("training", training) + STATE);
    try {
      FileChannel file = PairFiles.open(path);
      try {
        long bytes = file.size() - DIGEST_BYTES;
        if (bytes < 0 || !endsWithItsDigest(file, bytes)) {
          throw new CheckpointException(
              Reason.CORRUPT,
              "the resume state of training '"
                  + training
                  + "' is damaged; the training must start again");
        }
        return Optional.of(new Stretch(Channels.newInputStream(file.position(0)), bytes));
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw unavailable("read the resume state of training '" + training + "'", e);
    }
  }

  @Override
  public void deleteResumeState(String training) {
    Path file = resume.resolve(StoreId.require("training", training) + STATE);
    remove(file, resume, "delete the resume state of training '" + training + "'");
  }

  @Override
  public List<String> listResumeStates() {
    return ids(resume, STATE);
  }

  @Override
  public void close() {
    if (temporary.isPresent()) {
      try {
        temporary.get().close();
      } catch (IOException e) {
        throw unavailable("close the store", e);
      }
    }
  }

  private TemporaryFolder temporary() {
    return temporary.orElseThrow(
        () ->
            new CheckpointException(
                Reason.INVALID_REQUEST, "the store " + root + " was opened for reading only"));
  }

  private static void requireEnds(Manifest manifest, Path folder) throws IOException {
    for (End end : ends(manifest)) {
      try {
        PairFiles.requireContent(folder, end, manifest.end(end).orElseThrow());
      } catch (NoSuchFileException e) {
        throw new CheckpointException(
            Reason.INVALID_REQUEST,
            "pair '" + manifest.pair() + "': " + end.fileName() + " was not written",
            e);
      } catch (CheckpointException e) {
        throw new CheckpointException(
            Reason.INVALID_REQUEST, "pair '" + manifest.pair() + "': " + e.getMessage(), e);
      }
    }
  }

  private static List<End> ends(Manifest manifest) {
    List<End> ends = new ArrayList<>(List.of(End.INITIALIZATION, End.MINIMIZER));
    manifest.epochs().keySet().forEach(epoch -> ends.add(End.ofEpoch(epoch)));
    return ends;
  }

  private static StoredEnd storedEnd(Manifest manifest, End end) {
    return manifest
        .end(end)
        .orElseThrow(
            () ->
                new CheckpointException(
                    Reason.NOT_FOUND,
                    "pair '"
                        + manifest.pair()
                        + "' has no checkpoint of epoch "
                        + end.epoch().getAsInt()
                        + "; it has "
                        + manifest.epochs().keySet()));
  }

  private Path committed(String pair) {
    if (!exists(pair)) {
      throw notFound(pair);
    }
    return pairs.resolve(pair);
  }

  /** Takes a file or folder out of sight in one step, then deletes it. */
  private boolean remove(Path path, Path parent, String action) {
    Path out = temporary().newPath();
    try {
      operations.rename(path, out);
      operations.forceFolder(parent);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw unavailable(action, e);
    }
    try {
      TemporaryFolder.deleteTree(operations, out);
    } catch (IOException e) {
      // Out of sight already; what is left goes when a store is next opened.
      return true;
    }
    return true;
  }

  private List<String> ids(Path folder, String suffix) {
    try {
      return entries(folder).stream()
          .map(entry -> String.valueOf(entry.getFileName()))
          .filter(name -> name.endsWith(suffix))
          .map(name -> name.substring(0, name.length() - suffix.length()))
          .filter(StoreId::isValid)
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw unavailable("list " + folder.getFileName(), e);
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    }
  }

  private static boolean endsWithItsDigest(FileChannel file, long bytes) throws IOException {
    MessageDigest sha256 = Sha256.newDigest();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    long left = bytes;
    while (left > 0) {
      buffer.clear().limit((int) Math.min(buffer.capacity(), left));
      int count = file.read(buffer);
      if (count < 0) {
        return false;
      }
      sha256.update(buffer.flip());
      left -= count;
    }
    ByteBuffer stored = ByteBuffer.allocate(DIGEST_BYTES);
    while (stored.hasRemaining()) {
      if (file.read(stored) < 0) {
        return false;
      }
    }
    return MessageDigest.isEqual(stored.array(), sha256.digest());
  }

  private static CheckpointException alreadyThere(String pair) {
    return new CheckpointException(Reason.EXISTS, "pair '" + pair + "' exists already");
  }

  private static CheckpointException notFound(String pair) {
    return new CheckpointException(Reason.NOT_FOUND, "there is no pair '" + pair + "'");
  }

  private CheckpointException missing(String pair, End end) {
    return exists(pair)
        ? new CheckpointException(
            Reason.CORRUPT, "pair '" + pair + "': " + end.fileName() + ": is missing")
        : notFound(pair);
  }

  private static CheckpointException corrupt(String pair, CheckpointException cause) {
    return new CheckpointException(
        cause.reason(), "pair '" + pair + "': " + cause.getMessage(), cause);
  }

  private static CheckpointException unavailable(String action, IOException cause) {
    return new CheckpointException(Reason.UNAVAILABLE, "can't " + action + ": " + cause, cause);
  }

  /** The first bytes of a stream. */
  private static final class Stretch extends FilterInputStream {
    private long left;

    Stretch(InputStream in, long bytes) {
      super(in);
      this.left = bytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (left == 0) {
        return length == 0 ? 0 : -1;
      }
      int count = super.read(target, offset, (int) Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = super.skip(Math.min(count, left));
      left -= skipped;
      return skipped;
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
