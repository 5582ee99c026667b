package io.plateau.cli.option;

import io.plateau.proto.common.v1.AlphaGrid;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Alpha grids as users write them: a number of points from 0 to 1 ({@code 51}), {@code
 * start:stop:step} ({@code 0:1:0.02}), a list ({@code 0,0.5,1}), or {@code adaptive:TOLERANCE}.
 */
public final class AlphasText implements ITypeConverter<AlphaGrid> {
  @Override
  public AlphaGrid convert(String text) {
    try {
      if (text.startsWith("adaptive:")) {
        return AlphaGrid.newBuilder()
            .setAdaptive(
                AlphaGrid.Adaptive.newBuilder()
                    .setTolerance(Double.parseDouble(text.substring("adaptive:".length()))))
            .build();
      } else if (text.contains(":")) {
        return range(text.split(":", -1));
      } else if (text.contains(",") || text.contains(".")) {
        return AlphaGrid.newBuilder()
            .setExplicit(
                AlphaGrid.Explicit.newBuilder()
                    .addAllAlphas(Arrays.stream(text.split(",", -1)).map(Double::valueOf).toList()))
            .build();
      }
      return AlphaGrid.newBuilder()
          .setUniform(AlphaGrid.Uniform.newBuilder().setCount(Integer.parseInt(text)))
          .build();
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is no grid; give a number of points (51), start:stop:step (0:1:0.02), a list (0,0.5,1) or"
              + " adaptive:TOLERANCE");
    }
  }

  private static AlphaGrid range(String[] parts) {
    double start = Double.parseDouble(parts[0]);
    double stop = Double.parseDouble(parts[1]);
    double step = Double.parseDouble(parts[2]);
    double steps = (stop - start) / step;
    if (parts.length != 3
        || !(steps > 0)
        || steps > 100_000
        || Math.abs(steps - Math.rint(steps)) > 1e-6) {
      throw new IllegalArgumentException("the step must divide the range");
    }
    return AlphaGrid.newBuilder()
        .setUniform(
            AlphaGrid.Uniform.newBuilder()
                .setStart(start)
                .setStop(stop)
                .setCount((int) Math.rint(steps) + 1))
        .build();
  }
}
