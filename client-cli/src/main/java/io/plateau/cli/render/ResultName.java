package io.plateau.cli.render;

import io.plateau.proto.common.v1.EndProvenance;
import io.plateau.proto.interpolator.v1.PathResult;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

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

  /**
   * A name for each, no two the same: networks of one kind are told apart by their seed, else by a
   * number.
   */
  public static List<String> distinct(List<PathResult> results) {
    List<String> plain = results.stream().map(ResultName::of).toList();
    List<String> seeded = new ArrayList<>();
    for (int i = 0; i < plain.size(); i++) {
      EndProvenance end = results.get(i).getProvenance().getSecondEnd();
      boolean shared = Collections.frequency(plain, plain.get(i)) > 1;
      seeded.add(shared && end.hasSeed() ? plain.get(i) + ", seed " + end.getSeed() : plain.get(i));
    }
    List<String> names = new ArrayList<>();
    for (String name : seeded) {
      String candidate = name;
      for (int number = 2; names.contains(candidate); number++) {
        candidate = name + " (" + number + ")";
      }
      names.add(candidate);
    }
    return List.copyOf(names);
  }
}
