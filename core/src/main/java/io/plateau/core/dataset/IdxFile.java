package io.plateau.core.dataset;

import io.plateau.core.dataset.DatasetException.Reason;
import io.plateau.core.file.Sha256;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One IDX file of unsigned bytes, the format of MNIST: two zero bytes, the type 8, the number of
 * axes, their lengths as big-endian integers, then the values, row-major. Plain or gzip, told apart
 * by content.
 */
final class IdxFile {
  private static final int UNSIGNED_BYTE = 8;
  private static final int MAX_RANK = 4;
  private static final int BUFFER_BYTES = 1 << 16;
  // A deflate stream can't grow by more than this factor (RFC 1951's longest match from two bits).
  private static final long MAX_INFLATION = 1_032;

  private final List<Integer> dimensions;
  private final byte[] values;
  private final String sha256;

  private IdxFile(List<Integer> dimensions, byte[] values, String sha256) {
    this.dimensions = List.copyOf(dimensions);
    this.values = values;
    this.sha256 = sha256;
  }

  /** Reads a file. */
  static IdxFile read(Path file) {
    String where = String.valueOf(file.getFileName());
    if (!Files.exists(file)) {
      throw new DatasetException(Reason.NOT_FOUND, file + ": there is no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new DatasetException(Reason.MALFORMED, file + ": is not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return read(in, Files.size(file), where);
    } catch (IOException e) {
      throw new DatasetException(Reason.UNREADABLE, where + ": can't be read: " + e, e);
    }
  }

  /**
   * Reads a stream to its end. Nothing larger than what the stored bytes can hold is allocated.
   *
   * @param storedBytes number of bytes that the stream delivers
   * @param where names the file in errors
   */
  static IdxFile read(InputStream in, long storedBytes, String where) throws IOException {
    BufferedInputStream stored = new BufferedInputStream(in, BUFFER_BYTES);
    stored.mark(2);
    boolean zipped = stored.read() == 0x1f && stored.read() == 0x8b;
    stored.reset();
    try {
      return zipped
          ? parse(
              new GZIPInputStream(stored, BUFFER_BYTES), storedBytes * MAX_INFLATION, true, where)
          : parse(stored, storedBytes, false, where);
    } catch (EOFException e) {
      throw malformed(where, "ends early; the file is cut short", e);
    } catch (ZipException e) {
      throw malformed(where, "is not sound gzip: " + e.getMessage(), e);
    }
  }

  /** Lengths of the axes, outermost first. */
  List<Integer> dimensions() {
    return dimensions;
  }

  /** The values; not a copy. */
  byte[] values() {
    return values;
  }

  /** SHA-256 of the unzipped content. */
  String sha256() {
    return sha256;
  }

  private static IdxFile parse(InputStream in, long mostBytes, boolean zipped, String where)
      throws IOException {
    MessageDigest digest = Sha256.newDigest();
    DataInputStream data = new DataInputStream(new DigestInputStream(in, digest));
    int magic = data.readInt();
    int rank = magic & 0xff;
    if (magic >>> 16 != 0 || rank < 1 || rank > MAX_RANK) {
      throw malformed(where, "is not IDX: it begins with " + hex(magic), null);
    }
    if ((magic >>> 8 & 0xff) != UNSIGNED_BYTE) {
      throw malformed(
          where, "holds values of type " + hex(magic >>> 8 & 0xff) + "; read is 0x8, bytes", null);
    }
    List<Integer> dimensions = new ArrayList<>();
    long size = 1;
    for (int axis = 0; axis < rank; axis++) {
      int length = data.readInt();
      if (length < 1) {
        throw malformed(
            where, "axis " + axis + " has length " + Integer.toUnsignedString(length), null);
      }
      dimensions.add(length);
      // Stays below 2^62: it is checked against 2^31 after every factor.
      size *= length;
      if (size > Integer.MAX_VALUE - 8) {
        throw new DatasetException(
            Reason.TOO_LARGE,
            where + ": more than " + (Integer.MAX_VALUE - 8) + " values do not fit in memory");
      }
    }
    long expected = 4 + 4L * rank + size;
    if (zipped ? expected > mostBytes : expected != mostBytes) {
      throw malformed(
          where,
          "axes "
              + dimensions
              + " make "
              + expected
              + " bytes; the file holds "
              + (zipped ? "at most " : "")
              + mostBytes,
          null);
    }
    byte[] values = new byte[(int) size];
    data.readFully(values);
    if (data.read() >= 0) {
      throw malformed(where, "goes on after the last value of axes " + dimensions, null);
    }
    return new IdxFile(dimensions, values, Sha256.hex(digest));
  }

  private static DatasetException malformed(String where, String problem, Exception cause) {
    return new DatasetException(Reason.MALFORMED, where + ": " + problem, cause);
  }

  private static String hex(int value) {
    return "0x" + Integer.toHexString(value);
  }
}
