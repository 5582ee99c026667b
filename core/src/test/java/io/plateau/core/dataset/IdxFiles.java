package io.plateau.core.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** IDX files made for tests. */
final class IdxFiles {
  private IdxFiles() {}

  static byte[] of(byte[] values, int... dimensions) {
    byte[] file = new byte[4 + 4 * dimensions.length + values.length];
    ByteBuffer bytes = ByteBuffer.wrap(file);
    bytes.putInt(0x800 + dimensions.length);
    for (int dimension : dimensions) {
      bytes.putInt(dimension);
    }
    bytes.put(values);
    return file;
  }

  static byte[] zip(byte[] file) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(file);
    }
    return zipped.toByteArray();
  }

  static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return bytes;
  }
}
