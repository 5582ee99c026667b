package io.plateau.proto;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import build.buf.validate.FieldRules;
import build.buf.validate.Ignore;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import io.grpc.Status;
import io.plateau.proto.common.v1.ErrorReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every element says what it is; every field that may be left out says what that means. */
class DocumentationTest {
  private static final Contract CONTRACT = Contract.load();

  /**
   * Enough elements for the walk to have seen the contract, so that the other tests mean something.
   */
  @Test
  void walksTheWholeContract() {
    assertThat(CONTRACT.comments())
        .containsKeys(
            "plateau.common.v1.Scheme",
            "plateau.common.v1.Scheme.kind",
            "plateau.common.v1.Scheme.Layers.rest",
            "plateau.common.v1.Scheme.HeldEnd.HELD_END_INIT",
            "plateau.common.v1.JobState.JOB_STATE_QUEUED",
            "plateau.trainer.v1.TrainingService.WatchTraining")
        .hasSizeGreaterThan(700);
  }

  @Test
  void everyElementIsDocumented() {
    assertThat(undocumented(CONTRACT)).isEmpty();
  }

  @Test
  void findsMissingComments() {
    Contract bare =
        CONTRACT.with("plateau/common/v1/scheme.proto", file -> file.clearSourceCodeInfo());
    assertThat(undocumented(bare))
        .contains(
            "plateau.common.v1.Scheme",
            "plateau.common.v1.Scheme.kind",
            "plateau.common.v1.Scheme.linear",
            "plateau.common.v1.Scheme.WeightsOnly.held",
            "plateau.common.v1.Scheme.HeldBiases.HELD_BIASES_ZERO");
  }

  @Test
  void everyOptionalPartOfARequestNamesItsDefault() {
    assertThat(withoutDefault(CONTRACT)).isEmpty();
  }

  @Test
  void findsMissingDefaults() {
    Contract bare =
        CONTRACT.with("plateau/common/v1/alpha_grid.proto", file -> file.clearSourceCodeInfo());
    assertThat(withoutDefault(bare))
        .contains(
            "plateau.common.v1.AlphaGrid.Uniform.stop",
            "plateau.common.v1.AlphaGrid.Uniform.count");
  }

  /** What the specification derives, and the paper does not say, is marked so. */
  @Test
  void derivedQuantitiesAreMarked() {
    assertThat(
            Stream.of(
                "plateau.common.v1.Scheme.HomogeneousBias",
                "plateau.common.v1.Scheme.HomogeneousLastBias",
                "plateau.common.v1.ParameterTensor.bias_exponent",
                "plateau.common.v1.Plateau",
                "plateau.common.v1.PredictedPlateau",
                "plateau.common.v1.ClassPrediction",
                "plateau.common.v1.LossBound",
                "plateau.common.v1.Point.loss_bound",
                "plateau.common.v1.CurveSummary.predicted_plateau",
                "plateau.interpolator.v1.Measurements.theory",
                "plateau.interpolator.v1.TheoryOptions"))
        .allSatisfy(name -> assertThat(CONTRACT.comment(name)).as(name).contains("[derived]"));
  }

  @Test
  void everyErrorReasonBeginsWithItsCode() {
    Set<String> codes = Stream.of(Status.Code.values()).map(Enum::name).collect(toSet());
    assertThat(ErrorReason.getDescriptor().getValues())
        .hasSizeGreaterThan(40)
        .filteredOn(reason -> reason.getNumber() != 0)
        .allSatisfy(
            reason ->
                assertThat(CONTRACT.comment(reason.getFullName()).split("[: ]", 2)[0])
                    .as(reason.getName())
                    .isIn(codes));
  }

  /** The errors that a method names are reasons that a client can look up. */
  @Test
  void methodsNameErrorsThatExist() {
    Set<String> reasons =
        Stream.of(ErrorReason.values())
            .map(reason -> reason.name().replaceFirst("ERROR_REASON_", ""))
            .collect(toSet());
    List<String> named =
        CONTRACT.methods().stream()
            .map(method -> CONTRACT.comment(method.getFullName()))
            .filter(comment -> comment.contains("Errors:"))
            .map(comment -> comment.substring(comment.indexOf("Errors:")))
            .flatMap(errors -> Pattern.compile("[A-Z]+(_[A-Z]+)+").matcher(errors).results())
            .map(MatchResult::group)
            .toList();
    assertThat(named).hasSizeGreaterThan(50).allSatisfy(n -> assertThat(n).isIn(reasons));
  }

  private static List<String> undocumented(Contract contract) {
    return contract.comments().entrySet().stream()
        .filter(e -> !e.getValue().matches("(?s)\\S.{3,}[.]|(?s).*\\[(derived|paper)\\]"))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static List<String> withoutDefault(Contract contract) {
    List<String> found = new ArrayList<>();
    for (Descriptor message : contract.sent()) {
      for (FieldDescriptor field : message.getFields()) {
        if (mayBeLeftOut(field) && !statesDefault(contract.comment(field.getFullName()))) {
          found.add(field.getFullName());
        }
      }
      for (OneofDescriptor oneof : message.getRealOneofs()) {
        String name = message.getFullName() + "." + oneof.getName();
        if (!Contract.rules(oneof).getRequired() && !statesDefault(contract.comment(name))) {
          found.add(name);
        }
      }
    }
    return found;
  }

  private static boolean statesDefault(String comment) {
    return Stream.of("Default", "If set", "has a default").anyMatch(comment::contains);
  }

  /**
   * Plain numbers and booleans are no question: unset, they are 0 and false like any other 0 and
   * false.
   */
  private static boolean mayBeLeftOut(FieldDescriptor field) {
    FieldRules rules = Contract.rules(field);
    if (field.getRealContainingOneof() != null || rules.getRequired()) {
      return false;
    }
    if (field.isRepeated()) {
      return rules.getRepeated().getMinItems() == 0 && rules.getMap().getMinPairs() == 0;
    }
    return switch (field.getJavaType()) {
      case MESSAGE, ENUM -> true;
      case STRING ->
          rules.getIgnore() == Ignore.IGNORE_IF_ZERO_VALUE
              || (!rules.getString().hasPattern() && !rules.getString().hasMinLen());
      default -> field.hasPresence();
    };
  }
}
