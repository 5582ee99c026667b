package io.plateau.core.checkpoint;

import io.plateau.core.file.FileOperations;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where one open store keeps what is not whole yet. Each has a lock file that the operating system
 * frees when its process dies, so that the next store to open knows which folders are leftovers and
 * which belong to a living neighbour.
 */
final class TemporaryFolder implements AutoCloseable {
  private static final String LOCK = ".lock";
  private static final String OPENING = "opening";
  private static final long OPENING_LIMIT_NANOS = 30_000_000_000L;

  private final FileOperations operations;
  private final Path folder;
  private final Path lockFile;
  private final FileChannel lock;
  private final AtomicLong next = new AtomicLong();

  private TemporaryFolder(FileOperations operations, Path folder, Path lockFile, FileChannel lock) {
    this.operations = operations;
    this.folder = folder;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /** What tells this process from every other, even one that had its id before. */
  static String thisProcess() {
    return ProcessHandle.current().pid()
        + "-"
        + ManagementFactory.getRuntimeMXBean().getStartTime();
  }

  /**
   * Removes what dead processes left and makes a new folder.
   *
   * @param parent holds the folders of all stores on the same root
   * @param process see {@link #thisProcess}
   */
  static TemporaryFolder open(FileOperations operations, Path parent, String process)
      throws IOException {
    // One opens at a time: a folder without a lock is then dead, never one being made.
    try (FileChannel opening =
        FileChannel.open(
            parent.resolve(OPENING + LOCK),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      lockPatiently(opening);
      removeLeftovers(operations, parent, process);
      String name = process + "-" + UUID.randomUUID();
      Path lockFile = parent.resolve(name + LOCK);
      FileChannel lock =
          FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try {
        lockPatiently(lock);
        Path folder = parent.resolve(name);
        operations.createFolder(folder);
        return new TemporaryFolder(operations, folder, lockFile, lock);
      } catch (IOException | RuntimeException | Error e) {
        lock.close();
        throw e;
      }
    }
  }

  /** A path that is not in use. */
  Path newPath() {
    return folder.resolve(Long.toString(next.incrementAndGet()));
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      deleteTree(operations, folder);
    }
    Files.deleteIfExists(lockFile);
  }

  /** Deletes a file, or a folder and all in it; follows no link. */
  static void deleteTree(FileOperations operations, Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            operations.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            operations.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void removeLeftovers(FileOperations operations, Path parent, String process)
      throws IOException {
    Set<String> names;
    try (Stream<Path> entries = Files.list(parent)) {
      names =
          entries
              .map(entry -> String.valueOf(entry.getFileName()))
              .map(
                  name ->
                      name.endsWith(LOCK) ? name.substring(0, name.length() - LOCK.length()) : name)
              .collect(Collectors.toSet());
    }
    for (String name : names) {
      // Closing a second channel on a file frees all of a process's locks on it: never open our
      // own.
      if (!name.equals(OPENING)
          && !name.startsWith(process + "-")
          && isDead(parent.resolve(name + LOCK))) {
        deleteTree(operations, parent.resolve(name));
        Files.deleteIfExists(parent.resolve(name + LOCK));
      }
    }
  }

  private static boolean isDead(Path lockFile) throws IOException {
    try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
      FileLock owned = channel.tryLock();
      return owned != null;
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private static void lockPatiently(FileChannel channel) throws IOException {
    long start = System.nanoTime();
    while (true) {
      try {
        FileLock owned = channel.tryLock();
        if (owned != null) {
          return;
        }
      } catch (OverlappingFileLockException e) {
        // Another store of this process is opening.
      }
      if (System.nanoTime() - start > OPENING_LIMIT_NANOS) {
        throw new IOException("another process has been opening the store for 30 seconds");
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while opening the store", e);
      }
    }
  }
}
