package io.plateau.core.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A disk on which everything stops at a chosen step, where each byte written and each other
 * operation is a step. What was not forced can then be damaged as a power loss would: contents cut
 * short or garbled, and entries of folders that were not forced taken back.
 */
public final class CrashingDisk implements FileOperations {
  private final DiskOperations disk = new DiskOperations();
  private final List<EntryChange> changes = new ArrayList<>();
  private final Map<Path, Long> forcedBytes = new HashMap<>();
  private final List<Long> operations = new ArrayList<>();
  private long stepsLeft;
  private long steps;
  private boolean crashed;

  /** Thrown at the chosen step and at every later one. No code under test catches errors. */
  public static final class Crash extends Error {
    private static final long serialVersionUID = 1;
  }

  /** A folder entry that was made, renamed or removed, and what it takes to undo that. */
  private record EntryChange(Path from, Path to, ByteBuffer lost, boolean wasFolder) {
    boolean touches(Path path) {
      return related(from, path) || related(to, path);
    }

    private static boolean related(Path one, Path other) {
      return one != null && (one.startsWith(other) || other.startsWith(one));
    }
  }

  /** Crashes after so many steps. */
  public CrashingDisk(long stepsUntilCrash) {
    this.stepsLeft = stepsUntilCrash;
  }

  /** Steps made so far. */
  public long steps() {
    return steps;
  }

  /** The steps before which operations other than writing a byte came. */
  public List<Long> operations() {
    return List.copyOf(operations);
  }

  /** Whether the crash has happened. */
  public boolean isCrashed() {
    return crashed;
  }

  @Override
  public NewFile create(Path file) throws IOException {
    step();
    NewFile real = disk.create(file);
    changes.add(new EntryChange(null, file, null, false));
    forcedBytes.put(file, 0L);
    return new NewFile() {
      @Override
      public void write(ByteBuffer bytes) throws IOException {
        if (crashed) {
          throw new Crash();
        }
        int whole = (int) Math.min(bytes.remaining(), stepsLeft);
        ByteBuffer part = bytes.duplicate();
        part.limit(part.position() + whole);
        real.write(part);
        bytes.position(bytes.position() + whole);
        stepsLeft -= whole;
        steps += whole;
        if (bytes.hasRemaining()) {
          step();
        }
      }

      @Override
      public void force() throws IOException {
        step();
        forcedBytes.put(file, Files.size(file));
      }

      @Override
      public void close() throws IOException {
        real.close();
      }
    };
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    step();
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      changes.add(new EntryChange(null, folder, null, true));
    }
    disk.createFolder(folder);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    step();
    byte[] replaced = Files.isRegularFile(to) ? Files.readAllBytes(to) : null;
    disk.rename(from, to);
    changes.add(
        new EntryChange(from, to, replaced == null ? null : ByteBuffer.wrap(replaced), false));
    for (Path file : List.copyOf(forcedBytes.keySet())) {
      if (file.startsWith(from)) {
        forcedBytes.put(moved(file, from, to), forcedBytes.remove(file));
      }
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    step();
    boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    byte[] content = folder || !Files.exists(path) ? null : Files.readAllBytes(path);
    disk.delete(path);
    changes.add(
        new EntryChange(path, null, content == null ? null : ByteBuffer.wrap(content), folder));
    forcedBytes.remove(path);
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    step();
    for (EntryChange change : List.copyOf(changes)) {
      if (isIn(folder, change.from()) || isIn(folder, change.to())) {
        // A rename that is on the disk took along what was made under the old name.
        changes
            .subList(0, changes.indexOf(change))
            .removeIf(
                earlier ->
                    change.from() != null
                        && earlier.to() != null
                        && earlier.to().startsWith(change.from()));
        changes.remove(change);
      }
    }
  }

  private static boolean isIn(Path folder, Path path) {
    return path != null && path.getParent().equals(folder);
  }

  /** Damages what was not forced, as chance has it. */
  public void losePower(Random random) throws IOException {
    for (Map.Entry<Path, Long> file : forcedBytes.entrySet()) {
      long written = Files.exists(file.getKey()) ? Files.size(file.getKey()) : 0;
      if (written > file.getValue()) {
        byte[] content = Files.readAllBytes(file.getKey());
        int kept = file.getValue().intValue() + random.nextInt((int) (written - file.getValue()));
        if (random.nextBoolean()) {
          content = Arrays.copyOf(content, kept);
        } else {
          for (int i = kept; i < content.length; i++) {
            content[i] = (byte) random.nextInt();
          }
        }
        Files.write(file.getKey(), content);
      }
    }
    List<EntryChange> kept = new ArrayList<>();
    for (int i = changes.size() - 1; i >= 0; i--) {
      EntryChange change = changes.get(i);
      boolean neededLater =
          kept.stream()
              .anyMatch(
                  later ->
                      (change.from() != null && later.touches(change.from()))
                          || (change.to() != null && later.touches(change.to())));
      if (neededLater || random.nextInt(3) == 0) {
        kept.add(change);
      } else {
        undo(change);
      }
    }
  }

  private static void undo(EntryChange change) throws IOException {
    if (change.from() == null) {
      deleteTree(change.to());
    } else if (change.to() == null) {
      if (change.wasFolder()) {
        Files.createDirectory(change.from());
      } else {
        Files.write(change.from(), change.lost().array());
      }
    } else {
      Files.move(change.to(), change.from());
      if (change.lost() != null) {
        Files.write(change.to(), change.lost().array());
      }
    }
  }

  private static void deleteTree(Path path) throws IOException {
    try (var tree = Files.walk(path)) {
      for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private static Path moved(Path file, Path from, Path to) {
    return file.equals(from) ? to : to.resolve(from.relativize(file));
  }

  private void step() {
    if (crashed || stepsLeft == 0) {
      crashed = true;
      throw new Crash();
    }
    operations.add(steps);
    stepsLeft--;
    steps++;
  }
}
