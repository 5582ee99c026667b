package io.plateau.service.translation;

import io.plateau.core.network.NetworkException;
import io.plateau.core.network.TensorShape;
import io.plateau.proto.common.v1.Extent;
import io.plateau.proto.common.v1.InputShape;
import io.plateau.service.errors.Reason;

/** Shapes of samples, and extents of windows. */
public final class ShapeTranslation {
  private ShapeTranslation() {}

  /** The shape of one sample. */
  public static TensorShape toCore(InputShape shape, RequestField field) {
    int rank = shape.getDimensionsCount();
    if (rank != 1 && rank != 3) {
      throw field
          .child("dimensions")
          .invalid("has " + rank + " numbers; give [features] or [channels, height, width]");
    }
    try {
      return new TensorShape(shape.getDimensionsList());
    } catch (NetworkException e) {
      throw field.child("dimensions").failure(Reason.REQUEST_INVALID, CoreErrors.problem(e), e);
    }
  }

  /** The shape of one sample. */
  public static InputShape toProto(TensorShape shape) {
    return InputShape.newBuilder().addAllDimensions(shape.dimensions()).build();
  }

  /** The side of a window, which this version has square only. */
  static int side(Extent extent, RequestField field) {
    if (extent.hasWidth() && extent.getWidth() != extent.getHeight()) {
      throw field.unsupported(
          "a window of " + extent.getHeight() + " x " + extent.getWidth(),
          "give equal height and width");
    }
    return extent.getHeight();
  }

  static Extent square(int side) {
    return Extent.newBuilder().setHeight(side).setWidth(side).build();
  }
}
