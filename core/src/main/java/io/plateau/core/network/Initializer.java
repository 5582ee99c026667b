package io.plateau.core.network;

/**
 * How a weight tensor is drawn: independent normal entries of mean 0.
 *
 * @param kind sets the standard deviation from the layer's fan-in and fan-out
 * @param scale factor on every entry, finite and not negative; 1 by default
 */
public record Initializer(Kind kind, double scale) {

  /** Standard deviation before the scale, as a function of fan-in and fan-out. */
  public enum Kind {
    /** sqrt(2 / (fanIn + fanOut)), Glorot and Bengio 2010. */
    XAVIER_NORMAL,
    /** sqrt(2 / fanIn), He et al. 2015. */
    KAIMING_NORMAL,
    /** sqrt(1 / fanIn), LeCun et al. 1998. */
    LECUN_NORMAL,
    /** 1, so that the scale is the standard deviation. */
    NORMAL
  }

  /** Xavier normal at scale 1. */
  public static final Initializer DEFAULT = new Initializer(Kind.XAVIER_NORMAL, 1.0);

  /** Checks the scale. */
  public Initializer {
    if (!Double.isFinite(scale) || scale < 0) {
      throw new NetworkException(
          "initializer.scale", scale + " is not a finite number of at least 0");
    }
  }

  /** Standard deviation of an entry, the scale included. */
  public double standardDeviation(long fanIn, long fanOut) {
    return scale
        * switch (kind) {
          case XAVIER_NORMAL -> Math.sqrt(2.0 / (fanIn + fanOut));
          case KAIMING_NORMAL -> Math.sqrt(2.0 / fanIn);
          case LECUN_NORMAL -> Math.sqrt(1.0 / fanIn);
          case NORMAL -> 1.0;
        };
  }
}
