package io.plateau.core.path;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How weights and biases move with alpha, section 2 of the specification. Alpha is any real number;
 * [0, 1] is the segment. Homogeneous schemes assume nothing of the network, but f[a] = a^r f[1]
 * holds for ReLU networks without normalization only.
 */
public sealed interface Scheme {

  /** Coefficients of the weight of layer h. */
  Mix weight(double alpha, int depth, int networkDepth);

  /** Coefficients of the bias of layer h. */
  Mix bias(double alpha, int depth, int networkDepth);

  /** Whether the scheme is at the first end at alpha 0 and at the second at alpha 1. */
  boolean joinsTheEnds();

  /** Weights and biases on the straight line [paper]. */
  record Linear() implements Scheme {
    @Override
    public Mix weight(double alpha, int depth, int networkDepth) {
      return Mix.linear(alpha);
    }

    @Override
    public Mix bias(double alpha, int depth, int networkDepth) {
      return Mix.linear(alpha);
    }

    @Override
    public boolean joinsTheEnds() {
      return true;
    }
  }

  /** Bias of layer h at alpha^h [paper: the idea; derived: what becomes of b0]. */
  record HomogeneousBias() implements Scheme {
    @Override
    public Mix weight(double alpha, int depth, int networkDepth) {
      return Mix.linear(alpha);
    }

    @Override
    public Mix bias(double alpha, int depth, int networkDepth) {
      return Mix.linear(Math.pow(alpha, depth));
    }

    @Override
    public boolean joinsTheEnds() {
      return true;
    }
  }

  /** Only the last bias at alpha^r [derived]. */
  record HomogeneousLastBias() implements Scheme {
    @Override
    public Mix weight(double alpha, int depth, int networkDepth) {
      return Mix.linear(alpha);
    }

    @Override
    public Mix bias(double alpha, int depth, int networkDepth) {
      return Mix.linear(depth == networkDepth ? Math.pow(alpha, depth) : alpha);
    }

    @Override
    public boolean joinsTheEnds() {
      return true;
    }
  }

  /** Weights move, biases stay. */
  record WeightsOnly(Held biases) implements Scheme {
    @Override
    public Mix weight(double alpha, int depth, int networkDepth) {
      return Mix.linear(alpha);
    }

    @Override
    public Mix bias(double alpha, int depth, int networkDepth) {
      return biases.mix();
    }

    @Override
    public boolean joinsTheEnds() {
      return false;
    }
  }

  /** Biases move, weights stay at one of the ends. */
  record BiasesOnly(Held weights) implements Scheme {
    /** Checks that the weights stay at an end. */
    public BiasesOnly {
      requireEnd(weights, "held");
    }

    @Override
    public Mix weight(double alpha, int depth, int networkDepth) {
      return weights.mix();
    }

    @Override
    public Mix bias(double alpha, int depth, int networkDepth) {
      return Mix.linear(alpha);
    }

    @Override
    public boolean joinsTheEnds() {
      return false;
    }
  }

  /** The layers of a set move, the rest stays at one of the ends (Vlaar and Frankle 2022). */
  record Layers(SortedSet<Integer> layers, Held rest) implements Scheme {
    /** Copies the set and checks that the rest stays at an end. */
    public Layers {
      requireEnd(rest, "rest");
      layers = Collections.unmodifiableSortedSet(new TreeSet<>(layers));
      if (layers.isEmpty() || layers.first() < 1) {
        throw new PathException(
            PathException.Reason.INVALID, "layers", "name at least one layer; the first is 1");
      }
    }

    @Override
    public Mix weight(double alpha, int depth, int networkDepth) {
      return layers.contains(depth) ? Mix.linear(alpha) : rest.mix();
    }

    @Override
    public Mix bias(double alpha, int depth, int networkDepth) {
      return weight(alpha, depth, networkDepth);
    }

    @Override
    public boolean joinsTheEnds() {
      return false;
    }
  }

  /** The second end scaled: a theta1 (Tao et al. 2024). Starts at zero. */
  record Scale() implements Scheme {
    @Override
    public Mix weight(double alpha, int depth, int networkDepth) {
      return new Mix(0, alpha);
    }

    @Override
    public Mix bias(double alpha, int depth, int networkDepth) {
      return new Mix(0, alpha);
    }

    @Override
    public boolean joinsTheEnds() {
      return false;
    }
  }

  private static void requireEnd(Held held, String field) {
    if (held == Held.ZERO) {
      throw new PathException(PathException.Reason.INVALID, field, "must be INIT or FINAL");
    }
  }
}
