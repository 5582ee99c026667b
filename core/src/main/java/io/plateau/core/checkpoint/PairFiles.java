package io.plateau.core.checkpoint;

import io.plateau.core.file.Sha256;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.Parameters;
import io.plateau.core.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;

/** Reads the files of one pair directory. Follows no symbolic link below it. */
final class PairFiles {
  static final String MANIFEST = "manifest.json";
  static final String ARCHITECTURE = "architecture.json";

  private PairFiles() {}

  /** Opens a regular file; anything else in its place is refused. */
  static FileChannel open(Path file) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new CheckpointException(
          CheckpointException.Reason.CORRUPT,
          file.getFileName() + ": is not a regular file; links are not followed");
    }
    return FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
  }

  /**
   * The whole content of a small file.
   *
   * @throws NoSuchFileException if there is none
   */
  static byte[] readSmall(Path file, int most) throws IOException {
    try (FileChannel channel = open(file)) {
      if (channel.size() > most) {
        throw new CheckpointException(
            CheckpointException.Reason.CORRUPT,
            file.getFileName() + ": has " + channel.size() + " bytes; the limit is " + most);
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      byte[] content = new byte[bytes.flip().remaining()];
      bytes.get(content);
      return content;
    }
  }

  /** The manifest of a pair directory. */
  static Manifest readManifest(Path directory) throws IOException {
    return ManifestJson.read(
        readSmall(directory.resolve(MANIFEST), ManifestJson.MAX_BYTES), MANIFEST);
  }

  /**
   * The parameters in one file.
   *
   * @param expected size and digest to check, where they are known
   */
  static Parameters readEnd(
      Path directory, End end, Optional<StoredEnd> expected, NetworkSpec network)
      throws IOException {
    String name = end.fileName();
    try (FileChannel file = open(directory.resolve(name))) {
      long bytes = file.size();
      if (expected.isPresent() && expected.get().bytes() != bytes) {
        throw new CheckpointException(
            CheckpointException.Reason.CORRUPT,
            name + ": has " + bytes + " bytes; the manifest says " + expected.get().bytes());
      }
      ParameterLayout layout = ParameterLayout.of(network);
      if (expected.isEmpty()) {
        return ParameterFile.read(file, bytes, name, layout);
      }
      DigestingChannel digesting = new DigestingChannel(file, Sha256.newDigest());
      Parameters parameters = ParameterFile.read(digesting, bytes, name, layout);
      requireDigest(digesting.sha256, expected.get(), name);
      return parameters;
    } catch (SafetensorsException e) {
      throw new CheckpointException(CheckpointException.Reason.CORRUPT, e.getMessage(), e);
    }
  }

  /** Checks size and digest of a file without looking inside. */
  static void requireContent(Path directory, End end, StoredEnd expected) throws IOException {
    String name = end.fileName();
    try (FileChannel file = open(directory.resolve(name))) {
      MessageDigest sha256 = Sha256.newDigest();
      DigestingChannel digesting = new DigestingChannel(file, sha256);
      ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
      long bytes = 0;
      while (digesting.read(buffer) >= 0) {
        bytes += buffer.position();
        buffer.clear();
      }
      if (bytes != expected.bytes()) {
        throw new CheckpointException(
            CheckpointException.Reason.CORRUPT,
            name + ": has " + bytes + " bytes; the manifest says " + expected.bytes());
      }
      requireDigest(sha256, expected, name);
    }
  }

  private static void requireDigest(MessageDigest sha256, StoredEnd expected, String name) {
    String actual = Sha256.hex(sha256);
    if (!actual.equals(expected.sha256())) {
      throw new CheckpointException(
          CheckpointException.Reason.CORRUPT,
          name + ": has SHA-256 " + actual + "; the manifest says " + expected.sha256());
    }
  }

  /**
   * Feeds a digest with everything read. Not seekable, so that nothing is read twice or skipped.
   */
  private record DigestingChannel(FileChannel in, MessageDigest sha256)
      implements ReadableByteChannel {
    @Override
    public int read(ByteBuffer target) throws IOException {
      int start = target.position();
      int count = in.read(target);
      if (count > 0) {
        sha256.update(target.duplicate().position(start).limit(start + count));
      }
      return count;
    }

    @Override
    public boolean isOpen() {
      return in.isOpen();
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
