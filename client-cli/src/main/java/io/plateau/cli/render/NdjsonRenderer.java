package io.plateau.cli.render;

import io.plateau.proto.interpolator.v1.PathResult;
import java.io.IOException;
import java.util.List;

/** One result a line. */
public final class NdjsonRenderer implements ResultRenderer {
  @Override
  public void render(List<PathResult> results, Appendable out) throws IOException {
    for (PathResult result : results) {
      out.append(JsonText.line(result)).append('\n');
    }
  }
}
