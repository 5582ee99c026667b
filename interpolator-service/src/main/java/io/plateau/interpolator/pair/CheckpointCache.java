package io.plateau.interpolator.pair;

import io.plateau.core.file.Sha256;
import io.plateau.interpolator.metrics.InterpolatorMetrics;
import io.plateau.interpolator.metrics.InterpolatorMetrics.Cache;
import io.plateau.service.configuration.ConfigurationException;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of checkpoints, named by their digests, in a folder of bounded size. A file is written
 * beside its place, checked, forced to the disk and renamed, so it is there whole or not at all;
 * those used least recently go when room is needed. Who asks for a file that is under way waits for
 * it. Thread-safe; one process at a time uses the folder.
 */
public final class CheckpointCache implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointCache.class);
  private static final String SUFFIX = ".safetensors";
  private static final String PARTIAL = ".partial";
  private static final int DOWNLOADS = 4;
  private static final long ASK_MILLIS = 100;

  private final Path folder;
  private final long capacity;
  private final InterpolatorMetrics metrics;
  private final FileChannel lockFile;
  private final ExecutorService downloads;
  // All guarded by this.
  private final LinkedHashMap<String, Long> bytesByDigest = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, CompletableFuture<Path>> underWay = new HashMap<>();
  private long bytes;
  private long reserved;

  /** Brings the bytes of a file. */
  @FunctionalInterface
  public interface Download {
    /**
     * Writes the whole file.
     *
     * @param target empty, open for writing
     * @param sha256 to be fed with every byte, in order
     */
    void writeTo(FileChannel target, MessageDigest sha256) throws IOException;
  }

  private CheckpointCache(
      Path folder, long capacity, InterpolatorMetrics metrics, FileChannel lockFile) {
    this.folder = folder;
    this.capacity = capacity;
    this.metrics = metrics;
    this.lockFile = lockFile;
    this.downloads =
        Executors.newFixedThreadPool(
            DOWNLOADS,
            task -> {
              Thread thread = new Thread(task, "checkpoint-download");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Opens a cache; makes its folder if there is none, and removes what was not finished.
   *
   * @param capacity bytes at most
   * @throws ConfigurationException if the folder can't be used, or another process uses it
   */
  public static CheckpointCache open(Path folder, long capacity, InterpolatorMetrics metrics) {
    try {
      Files.createDirectories(folder);
      FileChannel lockFile =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      requireLock(folder, lockFile);
      CheckpointCache cache = new CheckpointCache(folder, capacity, metrics, lockFile);
      cache.scan();
      return cache;
    } catch (IOException e) {
      throw new ConfigurationException("The cache " + folder + " can't be used: " + e, e);
    }
  }

  private static void requireLock(Path folder, FileChannel lockFile) throws IOException {
    FileLock lock;
    try {
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      lock = null;
    }
    if (lock == null) {
      lockFile.close();
      throw new ConfigurationException(
          "The cache "
              + folder
              + " is in use by another interpolator; set interpolator.cache-directory or"
              + " interpolator.data-directory to another folder.");
    }
  }

  private synchronized void scan() throws IOException {
    List<Path> found;
    try (Stream<Path> files = Files.list(folder)) {
      found = files.toList();
    }
    Map<Path, FileTime> used = new HashMap<>();
    for (Path file : found) {
      String name = file.getFileName().toString();
      if (name.endsWith(PARTIAL)) {
        Files.deleteIfExists(file);
      } else if (name.endsWith(SUFFIX) && Sha256.isHex(digestOf(file))) {
        used.put(file, Files.getLastModifiedTime(file));
      }
    }
    for (Path file : used.keySet().stream().sorted(Comparator.comparing(used::get)).toList()) {
      add(digestOf(file), Files.size(file));
    }
    makeRoom(0);
  }

  /** Bytes held. */
  public synchronized long bytes() {
    return bytes;
  }

  /**
   * The file with a digest, brought if it is not here.
   *
   * @param sha256 64 hexadecimal digits
   * @param size of the file
   * @param download brings it; runs on a thread of the cache
   * @param stopped whether the caller wants it no longer; the download goes on for others
   * @throws PlateauException what the download threw; PAIR_CORRUPT if it brought other bytes;
   *     LIMIT_EXCEEDED, STORE_FULL or STORE_UNAVAILABLE if there is no place for it; CANCELLED
   */
  public Path get(String sha256, long size, Download download, BooleanSupplier stopped) {
    CompletableFuture<Path> file;
    synchronized (this) {
      if (bytesByDigest.get(sha256) != null) {
        metrics.hit(Cache.CHECKPOINT);
        Path path = pathOf(sha256);
        touch(path);
        return path;
      }
      file = underWay.get(sha256);
      if (file == null) {
        metrics.miss(Cache.CHECKPOINT);
        file = new CompletableFuture<>();
        underWay.put(sha256, file);
        CompletableFuture<Path> promise = file;
        downloads.execute(() -> bring(sha256, size, download, promise));
      } else {
        metrics.hit(Cache.CHECKPOINT);
      }
    }
    return await(file, stopped);
  }

  /** Drops a file that turned out to be damaged. */
  public synchronized void drop(String sha256) {
    Long size = bytesByDigest.remove(sha256);
    if (size != null) {
      metrics.corrupt(Cache.CHECKPOINT);
      bytes -= size;
      delete(pathOf(sha256));
    }
  }

  /** Ends downloads and lets another process use the folder. */
  @Override
  public void close() {
    downloads.shutdownNow();
    try {
      lockFile.close();
    } catch (IOException e) {
      LOG.warn("The lock of the cache {} was not released", folder, e);
    }
  }

  private static Path await(CompletableFuture<Path> file, BooleanSupplier stopped) {
    while (true) {
      try {
        return file.get(ASK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException patience) {
        if (stopped.getAsBoolean()) {
          throw PlateauException.of(Reason.CANCELLED, "The caller ended the work.");
        }
      } catch (ExecutionException e) {
        if (e.getCause() instanceof PlateauException known) {
          throw known;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw PlateauException.of(Reason.CANCELLED, "The server ended the work.");
      }
    }
  }

  private void bring(String sha256, long size, Download download, CompletableFuture<Path> promise) {
    try {
      Path path = store(sha256, size, download);
      synchronized (this) {
        underWay.remove(sha256);
      }
      promise.complete(path);
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        underWay.remove(sha256);
      }
      promise.completeExceptionally(e);
    }
  }

  private Path store(String sha256, long size, Download download) {
    synchronized (this) {
      makeRoom(size);
      reserved += size;
    }
    Path partial = folder.resolve(sha256 + PARTIAL);
    try {
      MessageDigest digest = Sha256.newDigest();
      try (FileChannel target =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        download.writeTo(target, digest);
        target.force(true);
      }
      String actual = Sha256.hex(digest);
      if (!actual.equals(sha256)) {
        metrics.corrupt(Cache.CHECKPOINT);
        throw PlateauException.builder(
                Reason.PAIR_CORRUPT,
                "The trainer sent a checkpoint with digest sha256:"
                    + actual
                    + ", its catalogue says sha256:"
                    + sha256
                    + "; verify the pair")
            .metadata("expected", "sha256:" + sha256)
            .metadata("actual", "sha256:" + actual)
            .build();
      }
      Path path = pathOf(sha256);
      Files.move(partial, path, StandardCopyOption.ATOMIC_MOVE);
      forceFolder();
      synchronized (this) {
        add(sha256, size);
      }
      return path;
    } catch (IOException e) {
      throw PlateauException.builder(
              Reason.STORE_UNAVAILABLE, "The cache of checkpoints can't be written: " + e)
          .retryAfter(java.time.Duration.ofSeconds(5))
          .cause(e)
          .build();
    } finally {
      delete(partial);
      synchronized (this) {
        reserved -= size;
      }
    }
  }

  private void forceFolder() throws IOException {
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Deletes what was used least recently; a file that is being read stays readable. */
  private void makeRoom(long size) {
    if (size > capacity) {
      throw PlateauException.builder(
              Reason.LIMIT_EXCEEDED,
              "The checkpoint has "
                  + size
                  + " bytes, the cache of checkpoints holds "
                  + capacity
                  + "; set interpolator.cache-size")
          .metadata("limit", capacity)
          .metadata("actual", size)
          .build();
    }
    while (bytes + reserved + size > capacity && !bytesByDigest.isEmpty()) {
      Map.Entry<String, Long> eldest = bytesByDigest.entrySet().iterator().next();
      bytesByDigest.remove(eldest.getKey());
      bytes -= eldest.getValue();
      delete(pathOf(eldest.getKey()));
    }
    if (bytes + reserved + size > capacity) {
      throw PlateauException.builder(
              Reason.STORE_FULL, "The cache of checkpoints is full of downloads; try again")
          .retryAfter(java.time.Duration.ofSeconds(5))
          .build();
    }
  }

  private void add(String sha256, long size) {
    Long before = bytesByDigest.put(sha256, size);
    bytes += size - (before == null ? 0 : before);
  }

  private Path pathOf(String sha256) {
    return folder.resolve(sha256 + SUFFIX);
  }

  private static String digestOf(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - SUFFIX.length());
  }

  /** The order of use outlives the process as the files' times. */
  private static void touch(Path path) {
    try {
      Files.setLastModifiedTime(path, FileTime.from(Instant.now()));
    } catch (IOException e) {
      LOG.debug("The time of {} was not set", path, e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("{} was not deleted", file, e);
    }
  }

  /** Writes all bytes of a buffer. */
  static void writeFully(FileChannel target, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      int unused = target.write(buffer);
    }
  }
}
