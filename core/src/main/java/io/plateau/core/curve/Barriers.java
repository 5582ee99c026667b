package io.plateau.core.curve;

/**
 * The three barriers of the loss, in nats, each of them found in the literature under that one
 * word. The ends are the first and the last point.
 *
 * @param overMeanOfEnds max L - mean of the two ends
 * @param overChord max over alpha of L(alpha) - chord(alpha), at least 0
 * @param overHigherEnd max L - max of the two ends, at least 0
 */
public record Barriers(double overMeanOfEnds, double overChord, double overHigherEnd) {

  static Barriers of(PiecewiseLinear loss) {
    int last = loss.size() - 1;
    double overChord = 0;
    for (int i = 1; i < last; i++) {
      overChord = Math.max(overChord, loss.value(i) - loss.chord(0, last, i));
    }
    double max = loss.max();
    return new Barriers(
        max - (loss.first() + loss.last()) / 2,
        overChord,
        max - Math.max(loss.first(), loss.last()));
  }
}
