package io.plateau.service.translation;

import static io.plateau.service.translation.Messages.SPEC;
import static io.plateau.service.translation.Messages.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.plateau.core.path.Held;
import io.plateau.core.path.Scheme;
import io.plateau.proto.common.v1.Scheme.KindCase;
import io.plateau.service.errors.Reason;
import io.plateau.service.validation.RequestValidator;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchemeTranslationTest {
  private static final RequestValidator VALIDATOR = new RequestValidator();

  static Stream<Scheme> schemes() {
    return Stream.of(
        new Scheme.Linear(),
        new Scheme.HomogeneousBias(),
        new Scheme.HomogeneousLastBias(),
        new Scheme.WeightsOnly(Held.INIT),
        new Scheme.WeightsOnly(Held.FINAL),
        new Scheme.WeightsOnly(Held.ZERO),
        new Scheme.BiasesOnly(Held.INIT),
        new Scheme.BiasesOnly(Held.FINAL),
        new Scheme.Layers(new TreeSet<>(List.of(2)), Held.INIT),
        new Scheme.Layers(new TreeSet<>(List.of(4, 1)), Held.FINAL),
        new Scheme.Scale());
  }

  private static io.plateau.proto.common.v1.Scheme read(String json) {
    return Messages.read(json, io.plateau.proto.common.v1.Scheme.getDefaultInstance());
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void schemesComeBack(Scheme scheme) {
    io.plateau.proto.common.v1.Scheme message = SchemeTranslation.toProto(scheme);
    VALIDATOR.check(message);
    assertThat(SchemeTranslation.toCore(message, SPEC)).isEqualTo(scheme);
  }

  /** Fails when either side learns a scheme that is not tried above. */
  @Test
  void noSchemeIsLeftOut() {
    Set<Class<?>> tried = schemes().map(Scheme::getClass).collect(Collectors.toSet());
    assertThat(tried).containsExactlyInAnyOrder(Scheme.class.getPermittedSubclasses());
    Set<KindCase> kinds =
        schemes()
            .map(scheme -> SchemeTranslation.toProto(scheme).getKindCase())
            .collect(Collectors.toSet());
    assertThat(kinds)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(KindCase.values())
                .filter(kind -> kind != KindCase.KIND_NOT_SET)
                .toList());
  }

  @Test
  void whatIsHeldIsAtTheSecondEndByDefault() {
    assertThat(SchemeTranslation.toCore(read("{'weightsOnly': {}}"), SPEC))
        .isEqualTo(new Scheme.WeightsOnly(Held.FINAL));
    assertThat(SchemeTranslation.toCore(read("{'biasesOnly': {}}"), SPEC))
        .isEqualTo(new Scheme.BiasesOnly(Held.FINAL));
    assertThat(SchemeTranslation.toCore(read("{'layers': {'layers': [1]}}"), SPEC))
        .isEqualTo(new Scheme.Layers(new TreeSet<>(List.of(1)), Held.FINAL));
  }

  @Test
  void noSchemeIsLinear() {
    assertThat(SchemeTranslation.toCore(List.of(), SPEC)).containsExactly(new Scheme.Linear());
  }

  @Test
  void aListNamesItsEntries() {
    assertRefused(
        () -> SchemeTranslation.toCore(List.of(read("{'scale': {}}"), read("{}")), SPEC),
        Reason.REQUEST_INVALID,
        "spec[1]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | spec",
        "{'layers': {}} | spec.layers.layers",
        "{'layers': {'layers': [0]}} | spec.layers.layers",
        "{'layers': {'layers': [1], 'rest': 77}} | spec.layers.rest",
        "{'weightsOnly': {'held': 77}} | spec.weights_only.held",
        "{'biasesOnly': {'held': 77}} | spec.biases_only.held",
      })
  void malformed(String json, String field) {
    assertRefused(() -> SchemeTranslation.toCore(read(json), SPEC), Reason.REQUEST_INVALID, field);
  }
}
