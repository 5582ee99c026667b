package io.plateau.trainer.training;

import java.util.BitSet;

/** Numbers the workers that are busy, always with the smallest free number. */
final class WorkerPlaces {
  // Guarded by this.
  private final BitSet taken = new BitSet();

  /** Takes the smallest number from 0 that is free. */
  synchronized int take() {
    int place = taken.nextClearBit(0);
    taken.set(place);
    return place;
  }

  /** Gives a number back. */
  synchronized void giveBack(int place) {
    taken.clear(place);
  }
}
