package io.plateau.cli.option;

import io.plateau.proto.common.v1.Scheme;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Schemes as users write them: {@code LINEAR}, {@code HOMOGENEOUS_BIAS}, {@code
 * HOMOGENEOUS_LAST_BIAS}, {@code WEIGHTS_ONLY:INIT|FINAL|ZERO}, {@code BIASES_ONLY:INIT|FINAL},
 * {@code LAYERS:1,3:INIT|FINAL}, {@code SCALE}.
 */
public final class SchemeText implements ITypeConverter<Scheme> {
  public static final String FORMS =
      "LINEAR, HOMOGENEOUS_BIAS, HOMOGENEOUS_LAST_BIAS, WEIGHTS_ONLY:INIT|FINAL|ZERO, BIASES_ONLY:INIT|FINAL,"
          + " LAYERS:1,3:INIT|FINAL, SCALE";

  @Override
  public Scheme convert(String text) {
    String[] parts = text.toUpperCase(Locale.ROOT).replace('-', '_').split(":", -1);
    Scheme.Builder scheme = Scheme.newBuilder();
    try {
      switch (parts[0]) {
        case "LINEAR" -> scheme.setLinear(Scheme.Linear.getDefaultInstance());
        case "HOMOGENEOUS_BIAS" ->
            scheme.setHomogeneousBias(Scheme.HomogeneousBias.getDefaultInstance());
        case "HOMOGENEOUS_LAST_BIAS" ->
            scheme.setHomogeneousLastBias(Scheme.HomogeneousLastBias.getDefaultInstance());
        case "WEIGHTS_ONLY" ->
            scheme.setWeightsOnly(
                Scheme.WeightsOnly.newBuilder()
                    .setHeld(Scheme.HeldBiases.valueOf("HELD_BIASES_" + parts[1])));
        case "BIASES_ONLY" ->
            scheme.setBiasesOnly(Scheme.BiasesOnly.newBuilder().setHeld(end(parts[1])));
        case "LAYERS" ->
            scheme.setLayers(
                Scheme.Layers.newBuilder()
                    .addAllLayers(
                        Arrays.stream(parts[1].split(",", -1)).map(Integer::valueOf).toList())
                    .setRest(end(parts[2])));
        case "SCALE" -> scheme.setScale(Scheme.Scale.getDefaultInstance());
        default -> throw new IllegalArgumentException("no such scheme");
      }
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new TypeConversionException("'" + text + "' is no scheme; give one of " + FORMS);
    }
    return scheme.build();
  }

  private static Scheme.HeldEnd end(String text) {
    return Scheme.HeldEnd.valueOf("HELD_END_" + text);
  }
}
