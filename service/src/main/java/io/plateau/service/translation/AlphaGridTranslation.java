package io.plateau.service.translation;

import io.plateau.core.curve.Curve;
import io.plateau.core.path.AlphaGrid;
import io.plateau.core.path.PathException;
import io.plateau.proto.common.v1.AlphaGrid.Explicit;
import io.plateau.proto.common.v1.AlphaGrid.Uniform;

/** Grids of alphas. */
public final class AlphaGridTranslation {
  private static final double DEFAULT_STOP = 1;
  private static final int DEFAULT_COUNT = 51;

  private AlphaGridTranslation() {}

  /**
   * The alphas of a grid; 51 from 0 to 1 for the empty message, which is what an unset field reads
   * as.
   *
   * @throws io.plateau.service.errors.PlateauException REQUEST_INVALID or NOT_IMPLEMENTED, naming
   *     the field
   */
  public static AlphaGrid toCore(io.plateau.proto.common.v1.AlphaGrid grid, RequestField field) {
    return switch (grid.getKindCase()) {
      case KIND_NOT_SET -> AlphaGrid.uniform(0, DEFAULT_STOP, DEFAULT_COUNT);
      case UNIFORM -> uniform(grid.getUniform(), field.child("uniform"));
      case EXPLICIT -> explicit(grid.getExplicit(), field.child("explicit"));
      case ADAPTIVE ->
          throw field.child("adaptive").unsupported("an adaptive grid", "give uniform or explicit");
    };
  }

  /** The alphas of a grid, each of them. */
  public static io.plateau.proto.common.v1.AlphaGrid toProto(AlphaGrid grid) {
    Explicit.Builder explicit = Explicit.newBuilder();
    grid.stream().forEach(explicit::addAlphas);
    return io.plateau.proto.common.v1.AlphaGrid.newBuilder().setExplicit(explicit).build();
  }

  private static AlphaGrid uniform(Uniform grid, RequestField field) {
    double stop = grid.hasStop() ? grid.getStop() : DEFAULT_STOP;
    int count = grid.hasCount() ? grid.getCount() : DEFAULT_COUNT;
    try {
      return spaced(AlphaGrid.uniform(grid.getStart(), stop, count), field.child("count"));
    } catch (PathException e) {
      throw CoreErrors.of(e, field);
    }
  }

  private static AlphaGrid explicit(Explicit grid, RequestField field) {
    double[] alphas = grid.getAlphasList().stream().mapToDouble(Double::doubleValue).toArray();
    try {
      return spaced(AlphaGrid.explicit(alphas), field.child("alphas"));
    } catch (PathException e) {
      throw CoreErrors.of(e, field);
    }
  }

  /** Refuses before the evaluation what no curve can be made of after it. */
  private static AlphaGrid spaced(AlphaGrid grid, RequestField field) {
    double[] alphas = grid.toArray();
    for (int i = 1; i < alphas.length; i++) {
      if (alphas[i] - alphas[i - 1] < Curve.MIN_SPACING) {
        throw field.invalid(
            alphas[i - 1]
                + " and "
                + alphas[i]
                + " are nearer than "
                + Curve.MIN_SPACING
                + "; leave one of them out");
      }
    }
    return grid;
  }
}
