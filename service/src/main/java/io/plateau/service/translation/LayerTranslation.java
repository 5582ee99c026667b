package io.plateau.service.translation;

import io.plateau.core.network.BiasMode;
import io.plateau.core.network.Initializer;
import io.plateau.core.network.Layer;
import io.plateau.core.network.NetworkException;
import io.plateau.proto.common.v1.LayerSpec;
import io.plateau.service.errors.Reason;
import java.util.Optional;
import java.util.function.Supplier;

/** Single layers. */
final class LayerTranslation {
  private static final String SUPPORTED =
      "give dense, conv2d, max_pool2d, flatten or activation (relu, tanh, identity)";

  private LayerTranslation() {}

  /** Settings that a layer has from its network where it states none of its own. */
  interface Defaults {
    BiasMode bias(io.plateau.proto.common.v1.BiasMode layer, RequestField field);

    /** Of a layer whose initializer may be the empty message. */
    Initializer initializer(io.plateau.proto.common.v1.Initializer layer, RequestField field);
  }

  /** A layer; empty for the identity. */
  static Optional<Layer> toCore(LayerSpec layer, RequestField field, Defaults defaults) {
    return switch (layer.getKindCase()) {
      case DENSE -> {
        LayerSpec.Dense dense = layer.getDense();
        RequestField at = field.child("dense");
        BiasMode bias = defaults.bias(dense.getBiasMode(), at.child("bias_mode"));
        Initializer initializer =
            defaults.initializer(dense.getInitializer(), at.child("initializer"));
        yield built(at, "units", () -> new Layer.Dense(dense.getUnits(), bias, initializer));
      }
      case CONV2D -> {
        LayerSpec.Conv2d convolution = layer.getConv2D();
        RequestField at = field.child("conv2d");
        requireOne(convolution.hasStride(), convolution.getStride(), at.child("stride"));
        requireOne(convolution.hasDilation(), convolution.getDilation(), at.child("dilation"));
        int kernel = ShapeTranslation.side(convolution.getKernel(), at.child("kernel"));
        int padding = ShapeTranslation.side(convolution.getPadding(), at.child("padding"));
        BiasMode bias = defaults.bias(convolution.getBiasMode(), at.child("bias_mode"));
        Initializer initializer =
            defaults.initializer(convolution.getInitializer(), at.child("initializer"));
        yield built(
            at,
            "filters",
            () -> new Layer.Conv2d(convolution.getFilters(), kernel, padding, bias, initializer));
      }
      case MAX_POOL2D -> {
        LayerSpec.MaxPool2d pool = layer.getMaxPool2D();
        RequestField at = field.child("max_pool2d");
        int kernel = ShapeTranslation.side(pool.getKernel(), at.child("kernel"));
        if (pool.hasStride()
            && ShapeTranslation.side(pool.getStride(), at.child("stride")) != kernel) {
          throw at.child("stride")
              .unsupported("a stride other than the kernel's " + kernel, "leave it unset");
        }
        if (ShapeTranslation.side(pool.getPadding(), at.child("padding")) != 0) {
          throw at.child("padding").unsupported("padding of max-pooling", "leave it unset");
        }
        yield built(at, "kernel", () -> new Layer.MaxPool2d(kernel));
      }
      case FLATTEN -> Optional.of(new Layer.Flatten());
      case ACTIVATION ->
          ActivationTranslation.toCore(layer.getActivation(), field.child("activation"))
              .map(Layer.Nonlinearity::new);
      case AVERAGE_POOL2D ->
          throw field.child("average_pool2d").unsupported("average pooling", SUPPORTED);
      case BATCH_NORM -> throw field.child("batch_norm").unsupported("batch norm", SUPPORTED);
      case R_HOMOGENEOUS_UNITS ->
          throw field
              .child("r_homogeneous_units")
              .unsupported("the r-homogeneous layer", SUPPORTED);
      case KIND_NOT_SET -> throw field.invalid("names no layer; " + SUPPORTED);
    };
  }

  /** The layer with everything stated. */
  static LayerSpec toProto(Layer layer) {
    LayerSpec.Builder message = LayerSpec.newBuilder();
    if (layer instanceof Layer.Dense dense) {
      message
          .getDenseBuilder()
          .setUnits(dense.outputs())
          .setBiasMode(BiasModeTranslation.toProto(dense.bias()))
          .setInitializer(InitializerTranslation.toProto(dense.initializer()));
    } else if (layer instanceof Layer.Conv2d convolution) {
      message
          .getConv2DBuilder()
          .setFilters(convolution.outputs())
          .setKernel(ShapeTranslation.square(convolution.kernel()))
          .setStride(ShapeTranslation.square(1))
          .setPadding(ShapeTranslation.square(convolution.padding()))
          .setDilation(ShapeTranslation.square(1))
          .setBiasMode(BiasModeTranslation.toProto(convolution.bias()))
          .setInitializer(InitializerTranslation.toProto(convolution.initializer()));
    } else if (layer instanceof Layer.MaxPool2d pool) {
      message
          .getMaxPool2DBuilder()
          .setKernel(ShapeTranslation.square(pool.kernel()))
          .setStride(ShapeTranslation.square(pool.kernel()))
          .setPadding(ShapeTranslation.square(0));
    } else if (layer instanceof Layer.Flatten) {
      message.setFlatten(LayerSpec.Flatten.getDefaultInstance());
    } else if (layer instanceof Layer.Nonlinearity nonlinearity) {
      message.setActivation(ActivationTranslation.toProto(nonlinearity.activation()));
    } else {
      throw new IllegalStateException("no message for " + layer);
    }
    return message.build();
  }

  /** Where a message holds the settings of a kind of layer. */
  static String fieldOf(LayerSpec layer) {
    return switch (layer.getKindCase()) {
      case DENSE -> "dense";
      case CONV2D -> "conv2d";
      case MAX_POOL2D -> "max_pool2d";
      case AVERAGE_POOL2D -> "average_pool2d";
      case FLATTEN -> "flatten";
      case BATCH_NORM -> "batch_norm";
      case ACTIVATION -> "activation";
      case R_HOMOGENEOUS_UNITS -> "r_homogeneous_units";
      case KIND_NOT_SET -> "";
    };
  }

  private static void requireOne(
      boolean stated, io.plateau.proto.common.v1.Extent extent, RequestField field) {
    if (stated && ShapeTranslation.side(extent, field) != 1) {
      throw field.unsupported("anything but 1", "leave it unset");
    }
  }

  /**
   * @param outputs the contract's name of what core calls {@code out}
   */
  private static Optional<Layer> built(
      RequestField field, String outputs, Supplier<? extends Layer> layer) {
    try {
      return Optional.of(layer.get());
    } catch (NetworkException e) {
      String name = e.field().equals("out") ? outputs : e.field();
      throw field.child(name).failure(Reason.NETWORK_INVALID, CoreErrors.problem(e), e);
    }
  }
}
