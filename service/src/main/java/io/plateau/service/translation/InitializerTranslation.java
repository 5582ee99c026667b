package io.plateau.service.translation;

import io.plateau.core.network.Initializer;
import io.plateau.core.network.Initializer.Kind;
import io.plateau.core.network.NetworkException;
import io.plateau.proto.common.v1.Initializer.Distribution;
import io.plateau.proto.common.v1.Initializer.Kaiming;
import io.plateau.proto.common.v1.Initializer.Lecun;
import io.plateau.proto.common.v1.Initializer.Normal;
import io.plateau.proto.common.v1.Initializer.Xavier;
import io.plateau.service.errors.Reason;

/**
 * How weights are drawn. Core's normal initializer has its standard deviation for a scale, so there
 * the contract's standard deviation and scale are one product.
 */
public final class InitializerTranslation {
  private static final double DEFAULT_STANDARD_DEVIATION = 0.01;
  private static final String SUPPORTED = "give xavier, kaiming, lecun or normal";

  private InitializerTranslation() {}

  /**
   * An initializer with everything stated.
   *
   * @param defaultKind taken if the message names none
   */
  public static Initializer toCore(
      io.plateau.proto.common.v1.Initializer initializer, RequestField field, Kind defaultKind) {
    double scale = initializer.hasScale() ? initializer.getScale() : 1;
    return switch (initializer.getKindCase()) {
      case XAVIER -> {
        requireNormal(
            initializer.getXavier().getDistribution(), field.child("xavier.distribution"));
        yield scaled(Kind.XAVIER_NORMAL, scale, field.child("scale"));
      }
      case KAIMING -> {
        requireNormal(
            initializer.getKaiming().getDistribution(), field.child("kaiming.distribution"));
        yield scaled(Kind.KAIMING_NORMAL, scale, field.child("scale"));
      }
      case LECUN -> {
        requireNormal(initializer.getLecun().getDistribution(), field.child("lecun.distribution"));
        yield scaled(Kind.LECUN_NORMAL, scale, field.child("scale"));
      }
      case NORMAL -> {
        Normal normal = initializer.getNormal();
        double deviation =
            normal.hasStandardDeviation()
                ? normal.getStandardDeviation()
                : DEFAULT_STANDARD_DEVIATION;
        yield scaled(Kind.NORMAL, deviation * scale, field.child("normal.standard_deviation"));
      }
      case KIND_NOT_SET -> scaled(defaultKind, scale, field.child("scale"));
      case UNIFORM -> throw field.child("uniform").unsupported("uniform", SUPPORTED);
      case ORTHOGONAL -> throw field.child("orthogonal").unsupported("orthogonal", SUPPORTED);
      case DIAGONAL -> throw field.child("diagonal").unsupported("diagonal", SUPPORTED);
    };
  }

  /** The initializer with everything stated. */
  public static io.plateau.proto.common.v1.Initializer toProto(Initializer initializer) {
    io.plateau.proto.common.v1.Initializer.Builder message =
        io.plateau.proto.common.v1.Initializer.newBuilder().setScale(initializer.scale());
    Distribution normal = Distribution.DISTRIBUTION_NORMAL;
    switch (initializer.kind()) {
      case XAVIER_NORMAL -> message.setXavier(Xavier.newBuilder().setDistribution(normal));
      case KAIMING_NORMAL -> message.setKaiming(Kaiming.newBuilder().setDistribution(normal));
      case LECUN_NORMAL -> message.setLecun(Lecun.newBuilder().setDistribution(normal));
      case NORMAL ->
          message
              .setNormal(Normal.newBuilder().setStandardDeviation(initializer.scale()))
              .setScale(1);
    }
    return message.build();
  }

  /** A layer's initializer, whose unset kind and scale are the network's. */
  static io.plateau.proto.common.v1.Initializer inherit(
      io.plateau.proto.common.v1.Initializer layer,
      io.plateau.proto.common.v1.Initializer network) {
    io.plateau.proto.common.v1.Initializer.Builder merged = network.toBuilder();
    if (layer.hasScale()) {
      merged.setScale(layer.getScale());
    }
    // The kind is replaced, not merged: a layer's own normal has its own standard deviation.
    switch (layer.getKindCase()) {
      case XAVIER -> merged.setXavier(layer.getXavier());
      case KAIMING -> merged.setKaiming(layer.getKaiming());
      case LECUN -> merged.setLecun(layer.getLecun());
      case NORMAL -> merged.setNormal(layer.getNormal());
      case UNIFORM -> merged.setUniform(layer.getUniform());
      case ORTHOGONAL -> merged.setOrthogonal(layer.getOrthogonal());
      case DIAGONAL -> merged.setDiagonal(layer.getDiagonal());
      case KIND_NOT_SET -> {}
    }
    return merged.build();
  }

  private static void requireNormal(Distribution distribution, RequestField field) {
    switch (distribution) {
      case DISTRIBUTION_UNSPECIFIED, DISTRIBUTION_NORMAL -> {}
      case DISTRIBUTION_UNIFORM ->
          throw field.unsupported("a uniform distribution", "give DISTRIBUTION_NORMAL");
      case UNRECOGNIZED -> throw field.invalid("is unknown; give DISTRIBUTION_NORMAL");
    }
  }

  private static Initializer scaled(Kind kind, double scale, RequestField field) {
    try {
      return new Initializer(kind, scale);
    } catch (NetworkException e) {
      throw field.failure(Reason.NETWORK_INVALID, CoreErrors.problem(e), e);
    }
  }
}
