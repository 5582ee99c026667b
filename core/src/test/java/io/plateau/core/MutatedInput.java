package io.plateau.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Damages sound input in the ways that break readers, and watches what a reader makes of it. */
public final class MutatedInput {
  private MutatedInput() {}

  /** What a reader does with an input. */
  @FunctionalInterface
  public interface Reader {
    /** Reads it all. */
    void read(byte[] input) throws Exception;
  }

  /**
   * Gives a reader {@code count} damaged inputs. Each must be read or refused by the typed error,
   * with a message, and without allocating more than a limit.
   *
   * @return how many were refused
   */
  public static int check(
      byte[] sound,
      int count,
      long seed,
      long mostAllocatedBytes,
      Reader reader,
      Class<? extends RuntimeException> typedError) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try {
      // Sound input is accepted, and what is loaded once is loaded now.
      reader.read(sound);
    } catch (Exception e) {
      throw new AssertionError("the sound input is refused", e);
    }
    int refused = 0;
    for (int i = 0; i < count; i++) {
      byte[] input = mutate(sound, new Random(seed + i));
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        reader.read(input);
      } catch (Exception e) {
        refused++;
        if (!typedError.isInstance(e)) {
          throw new AssertionError("mutation " + i + " of seed " + seed + " is not refused", e);
        }
        assertThat(e.getMessage()).as("mutation " + i).isNotBlank().hasSizeLessThan(2_000);
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as("bytes allocated for mutation " + i + " of seed " + seed)
          .isLessThan(mostAllocatedBytes);
    }
    return refused;
  }

  private static byte[] mutate(byte[] sound, Random random) {
    byte[] bytes = sound.clone();
    int times = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 1;
    for (int i = 0; i < times; i++) {
      // Most damage goes to the start, where formats keep what they say about themselves.
      int bound = random.nextBoolean() ? Math.min(bytes.length, 64) : bytes.length;
      int at = bound == 0 ? 0 : random.nextInt(bound);
      switch (random.nextInt(10)) {
        case 0 -> flip(bytes, at, 1 << random.nextInt(8));
        case 1 -> flip(bytes, at, random.nextInt(256));
        case 2 -> bytes = Arrays.copyOf(bytes, at);
        case 3 -> bytes = splice(bytes, at, 0, randomBytes(random, 1 + random.nextInt(16)));
        case 4 -> bytes = splice(bytes, at, 1 + random.nextInt(16), new byte[0]);
        case 5, 6, 7, 8 -> bytes = changeNumber(bytes, at, random);
        default ->
            bytes =
                splice(
                    bytes, at, 0, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 40)));
      }
    }
    return bytes;
  }

  private static void flip(byte[] bytes, int at, int mask) {
    if (bytes.length > 0) {
      bytes[at] ^= (byte) mask;
    }
  }

  /** The next run of digits becomes a number at an edge; four bytes do where there is none. */
  private static byte[] changeNumber(byte[] bytes, int at, Random random) {
    String[] edges = {
      "0",
      "-1",
      "1",
      "2147483647",
      "2147483648",
      "4294967296",
      "9223372036854775807",
      "9223372036854775808",
      "1e999",
      "0.5",
      "99999999999999999999999999"
    };
    int start = at;
    while (start < bytes.length && !isDigit(bytes[start])) {
      start++;
    }
    if (start == bytes.length) {
      return splice(bytes, at, 4, randomBytes(random, 4));
    }
    int end = start;
    while (end < bytes.length && isDigit(bytes[end])) {
      end++;
    }
    String edge = edges[random.nextInt(edges.length)];
    return splice(bytes, start, end - start, edge.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isDigit(byte value) {
    return value >= '0' && value <= '9';
  }

  private static byte[] splice(byte[] bytes, int at, int removed, byte[] inserted) {
    int rest = Math.min(bytes.length, at + removed);
    byte[] result = Arrays.copyOf(bytes, at + inserted.length + bytes.length - rest);
    System.arraycopy(inserted, 0, result, at, inserted.length);
    System.arraycopy(bytes, rest, result, at + inserted.length, bytes.length - rest);
    return result;
  }

  private static byte[] randomBytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
