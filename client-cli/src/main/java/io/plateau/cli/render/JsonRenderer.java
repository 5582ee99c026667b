package io.plateau.cli.render;

import io.plateau.proto.interpolator.v1.PathResult;
import java.io.IOException;
import java.util.List;

/** One JSON document: a result, or an array of several. */
public final class JsonRenderer implements ResultRenderer {
  @Override
  public void render(List<PathResult> results, Appendable out) throws IOException {
    if (results.size() == 1) {
      out.append(JsonText.indented(results.get(0))).append('\n');
      return;
    }
    out.append('[');
    for (int i = 0; i < results.size(); i++) {
      out.append(i == 0 ? "\n" : ",\n").append(JsonText.indented(results.get(i)));
    }
    out.append("\n]\n");
  }
}
