package io.plateau.core.network;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Random numbers from a seed and the name of what they are for, the same bits on every machine.
 * Streams of different seeds or names have nothing in common.
 */
public final class RandomStream {
  private RandomStream() {}

  /**
   * A generator at the beginning of its stream.
   *
   * @param seed the user's seed
   * @param purpose what the numbers are for, such as {@code "weights"}
   * @param index which one of them, such as a layer or an epoch
   */
  public static UniformRandomProvider of(long seed, String purpose, long index) {
    // Small seeds and indices differ in a few bits: they are spread over all 64 before they seed a
    // generator.
    long mixed = mix(seed);
    for (int i = 0; i < purpose.length(); i++) {
      mixed = mix(mixed ^ purpose.charAt(i));
    }
    return RandomSource.XO_SHI_RO_256_PLUS.create(mix(mixed ^ index));
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014), after one step of its sequence. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
