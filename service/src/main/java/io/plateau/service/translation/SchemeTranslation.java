package io.plateau.service.translation;

import io.plateau.core.path.Held;
import io.plateau.core.path.PathException;
import io.plateau.core.path.Scheme;
import io.plateau.proto.common.v1.Scheme.HeldBiases;
import io.plateau.proto.common.v1.Scheme.HeldEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Schemes. */
public final class SchemeTranslation {
  private SchemeTranslation() {}

  /** The schemes of a request; LINEAR alone if it names none. */
  public static List<Scheme> toCore(
      List<io.plateau.proto.common.v1.Scheme> schemes, RequestField field) {
    if (schemes.isEmpty()) {
      return List.of(new Scheme.Linear());
    }
    List<Scheme> translated = new ArrayList<>();
    for (io.plateau.proto.common.v1.Scheme scheme : schemes) {
      translated.add(toCore(scheme, field.element(translated.size())));
    }
    return List.copyOf(translated);
  }

  /** A scheme. */
  public static Scheme toCore(io.plateau.proto.common.v1.Scheme scheme, RequestField field) {
    return switch (scheme.getKindCase()) {
      case LINEAR -> new Scheme.Linear();
      case HOMOGENEOUS_BIAS -> new Scheme.HomogeneousBias();
      case HOMOGENEOUS_LAST_BIAS -> new Scheme.HomogeneousLastBias();
      case WEIGHTS_ONLY ->
          new Scheme.WeightsOnly(
              toCore(scheme.getWeightsOnly().getHeld(), field.child("weights_only.held")));
      case BIASES_ONLY ->
          new Scheme.BiasesOnly(
              toCore(scheme.getBiasesOnly().getHeld(), field.child("biases_only.held")));
      case LAYERS -> layers(scheme.getLayers(), field.child("layers"));
      case SCALE -> new Scheme.Scale();
      case KIND_NOT_SET -> throw field.invalid("names no scheme; give linear, for instance");
    };
  }

  /** The scheme with everything stated. */
  public static io.plateau.proto.common.v1.Scheme toProto(Scheme scheme) {
    io.plateau.proto.common.v1.Scheme.Builder message =
        io.plateau.proto.common.v1.Scheme.newBuilder();
    if (scheme instanceof Scheme.Linear) {
      message.getLinearBuilder();
    } else if (scheme instanceof Scheme.HomogeneousBias) {
      message.getHomogeneousBiasBuilder();
    } else if (scheme instanceof Scheme.HomogeneousLastBias) {
      message.getHomogeneousLastBiasBuilder();
    } else if (scheme instanceof Scheme.WeightsOnly weightsOnly) {
      message.getWeightsOnlyBuilder().setHeld(heldBiases(weightsOnly.biases()));
    } else if (scheme instanceof Scheme.BiasesOnly biasesOnly) {
      message.getBiasesOnlyBuilder().setHeld(heldEnd(biasesOnly.weights()));
    } else if (scheme instanceof Scheme.Layers layers) {
      message.getLayersBuilder().addAllLayers(layers.layers()).setRest(heldEnd(layers.rest()));
    } else if (scheme instanceof Scheme.Scale) {
      message.getScaleBuilder();
    } else {
      throw new IllegalStateException("no message for " + scheme);
    }
    return message.build();
  }

  private static Scheme layers(
      io.plateau.proto.common.v1.Scheme.Layers layers, RequestField field) {
    Held rest = toCore(layers.getRest(), field.child("rest"));
    try {
      return new Scheme.Layers(new TreeSet<>(layers.getLayersList()), rest);
    } catch (PathException e) {
      throw CoreErrors.of(e, field);
    }
  }

  private static Held toCore(HeldBiases held, RequestField field) {
    return switch (held) {
      case HELD_BIASES_UNSPECIFIED, HELD_BIASES_FINAL -> Held.FINAL;
      case HELD_BIASES_INIT -> Held.INIT;
      case HELD_BIASES_ZERO -> Held.ZERO;
      case UNRECOGNIZED ->
          throw field.invalid(
              "is unknown; give HELD_BIASES_INIT, HELD_BIASES_FINAL or HELD_BIASES_ZERO");
    };
  }

  private static Held toCore(HeldEnd held, RequestField field) {
    return switch (held) {
      case HELD_END_UNSPECIFIED, HELD_END_FINAL -> Held.FINAL;
      case HELD_END_INIT -> Held.INIT;
      case UNRECOGNIZED -> throw field.invalid("is unknown; give HELD_END_INIT or HELD_END_FINAL");
    };
  }

  private static HeldBiases heldBiases(Held held) {
    return switch (held) {
      case INIT -> HeldBiases.HELD_BIASES_INIT;
      case FINAL -> HeldBiases.HELD_BIASES_FINAL;
      case ZERO -> HeldBiases.HELD_BIASES_ZERO;
    };
  }

  private static HeldEnd heldEnd(Held held) {
    return switch (held) {
      case INIT -> HeldEnd.HELD_END_INIT;
      case FINAL -> HeldEnd.HELD_END_FINAL;
      case ZERO -> throw new IllegalStateException("core holds ends only here");
    };
  }
}
