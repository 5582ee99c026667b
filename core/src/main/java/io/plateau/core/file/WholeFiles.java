package io.plateau.core.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Writes files that are there whole or not at all, whatever moment the process or the machine stops
 * at.
 */
public final class WholeFiles {
  private static final int BUFFER_BYTES = 1 << 16;

  private final FileOperations operations;

  /** Writes by the given steps. */
  public WholeFiles(FileOperations operations) {
    this.operations = operations;
  }

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /** Writes it all; the stream is not closed here. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Creates a file or replaces it. On return it is on the disk under its name.
   *
   * @param temporary where it is written first: a path on the same file system that is not in use
   */
  public void write(Path temporary, Path target, Content content) throws IOException {
    writeTemporary(temporary, content);
    publish(temporary, target);
  }

  /** Writes and forces the temporary file; deletes it if that fails. */
  public void writeTemporary(Path temporary, Content content) throws IOException {
    try (FileOperations.NewFile file = operations.create(temporary)) {
      OutputStream out = new BufferedOutputStream(stream(file), BUFFER_BYTES);
      content.writeTo(out);
      out.flush();
      file.force();
    } catch (IOException | RuntimeException e) {
      deleteQuietly(temporary, e);
      throw e;
    }
  }

  /** Gives a forced temporary file its name; deletes it if that fails. */
  public void publish(Path temporary, Path target) throws IOException {
    try {
      operations.rename(temporary, target);
    } catch (IOException | RuntimeException e) {
      deleteQuietly(temporary, e);
      throw e;
    }
    operations.forceFolder(target.getParent());
  }

  private static OutputStream stream(FileOperations.NewFile file) {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        write(new byte[] {(byte) value});
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        file.write(ByteBuffer.wrap(bytes, offset, length));
      }
    };
  }

  private void deleteQuietly(Path temporary, Exception reason) {
    try {
      operations.delete(temporary);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }
}
