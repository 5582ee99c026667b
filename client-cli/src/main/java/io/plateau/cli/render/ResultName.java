package io.plateau.cli.render;

import io.plateau.proto.interpolator.v1.PathResult;

/** What a result is called where its user gave it no name. */
public final class ResultName {
  private ResultName() {}

  /** The network in words, else the pair, else the evaluation, else "path". */
  public static String of(PathResult result) {
    String network = NetworkName.of(result.getPlan().getNetwork());
    if (!network.isEmpty()) {
      return network;
    }
    if (!result.getPair().isEmpty()) {
      return result.getPair();
    }
    return result.getEvaluation().isEmpty() ? "path" : result.getEvaluation();
  }
}
