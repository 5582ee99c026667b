package io.plateau.interpolator.path;

import io.plateau.proto.common.v1.Point;

/**
 * What checks and summaries need of a point.
 *
 * @param scheme its place in the request
 * @param alpha where on the path
 * @param loss mean loss
 * @param error share of samples misread
 * @param samples number of samples
 */
public record FinishedPoint(int scheme, double alpha, double loss, double error, long samples) {
  /** That of a point. */
  public static FinishedPoint of(Point point) {
    return new FinishedPoint(
        point.getSchemeIndex(),
        point.getAlpha(),
        point.getLoss(),
        point.getError(),
        point.getSamples());
  }
}
