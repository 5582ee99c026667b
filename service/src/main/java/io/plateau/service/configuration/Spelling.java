package io.plateau.service.configuration;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds the name that a misspelt one was most likely meant to be. */
final class Spelling {
  private Spelling() {}

  /** The candidate that takes the fewest edits, if these are at most a third of its length. */
  static Optional<String> nearest(String text, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> edits(text, candidate)))
        .filter(candidate -> edits(text, candidate) <= Math.max(2, candidate.length() / 3));
  }

  /** Levenshtein distance. */
  static int edits(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
