package io.plateau.core.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Every step by which files change. The order of these steps is what makes a store safe, so a test
 * can stop between any two of them and damage what was not forced to the disk.
 */
public interface FileOperations {

  /** A new file being written. */
  interface NewFile extends Closeable {
    /** Writes all remaining bytes at the end. */
    void write(ByteBuffer bytes) throws IOException;

    /** Returns when what was written is on the disk. */
    void force() throws IOException;
  }

  /** Creates a file that must not exist yet. */
  NewFile create(Path file) throws IOException;

  /** Creates one folder whose parent exists; nothing happens if it is there already. */
  void createFolder(Path folder) throws IOException;

  /**
   * Renames a file or folder in one step. A file replaces an earlier file; a folder replaces
   * nothing.
   */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file or an empty folder. */
  void delete(Path path) throws IOException;

  /** Returns when a folder's entries, as they are now, are on the disk. */
  void forceFolder(Path folder) throws IOException;
}
