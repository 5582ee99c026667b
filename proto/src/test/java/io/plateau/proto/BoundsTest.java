package io.plateau.proto;

import static org.assertj.core.api.Assertions.assertThat;

import build.buf.validate.DoubleRules;
import build.buf.validate.FieldRules;
import build.buf.validate.FloatRules;
import build.buf.validate.StringRules;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Everything that a client sizes has a bound that stands in the contract. */
class BoundsTest {
  private static final Contract CONTRACT = Contract.load();
  private static final String DATASET = "plateau/common/v1/dataset.proto";
  private static final String SERVICE = "plateau/trainer/v1/checkpoint_pair_service.proto";

  @Test
  void everythingSentIsBounded() {
    assertThat(CONTRACT.sent()).hasSizeGreaterThan(70);
    assertThat(unbounded(CONTRACT)).isEmpty();
  }

  /** Takes every rule of a file away and expects each of its kinds of fields to be found. */
  @Test
  void findsMissingBounds() {
    assertThat(unbounded(CONTRACT.with(DATASET, BoundsTest::dropRules)))
        .contains(
            "plateau.common.v1.DatasetSpec.split: enum",
            "plateau.common.v1.DatasetSpec.classes: repeated",
            "plateau.common.v1.DatasetSpec.classes: number",
            "plateau.common.v1.DatasetSpec.first: number",
            "plateau.common.v1.DatasetSpec.digest: string",
            "plateau.common.v1.DatasetSpec.LabelNoise.share: number");
    assertThat(unbounded(CONTRACT.with(SERVICE, BoundsTest::dropRules)))
        .contains("plateau.trainer.v1.FileChunk.data: bytes");
    assertThat(
            unbounded(
                CONTRACT.with("plateau/trainer/v1/training_service.proto", BoundsTest::dropRules)))
        .contains(
            "plateau.trainer.v1.CreateTrainingRequest.labels: map",
            "plateau.trainer.v1.CreateTrainingRequest.labels: map keys",
            "plateau.trainer.v1.CreateTrainingRequest.labels: string");
    assertThat(
            unbounded(
                CONTRACT.with("plateau/trainer/v1/stopping_rule.proto", BoundsTest::dropRules)))
        .contains("plateau.trainer.v1.StoppingRule.max_duration: duration");
  }

  @Test
  void findsPatternsThatAreNotAnchored() {
    FieldRules.Builder rules = FieldRules.newBuilder();
    assertThat(bounded(rules.getStringBuilder().setPattern("^[a-z]{1,9}").build())).isFalse();
    assertThat(bounded(rules.getStringBuilder().setPattern("^[a-z]+$").build())).isFalse();
    assertThat(bounded(rules.getStringBuilder().setPattern("^[a-z+*]{1,9}$").build())).isTrue();
  }

  /** A message that can hold itself has no bound in depth. */
  @Test
  void nothingSentIsRecursive() {
    assertThat(recursive(CONTRACT)).isEmpty();
  }

  @Test
  void findsRecursion() {
    Contract changed =
        CONTRACT.with(
            "plateau/common/v1/path_ends.proto",
            file ->
                file.getMessageTypeBuilderList().stream()
                    .filter(m -> m.getName().equals("CheckpointRef"))
                    .forEach(
                        m ->
                            m.addFieldBuilder()
                                .setName("base")
                                .setNumber(99)
                                .setType(FieldDescriptorProto.Type.TYPE_MESSAGE)
                                .setTypeName(".plateau.common.v1.EndRef")));
    assertThat(recursive(changed))
        .contains("plateau.common.v1.CheckpointRef", "plateau.common.v1.EndRef");
  }

  private static void dropRules(FileDescriptorProto.Builder file) {
    file.getMessageTypeBuilderList().forEach(BoundsTest::dropRules);
  }

  private static void dropRules(DescriptorProto.Builder message) {
    message.getFieldBuilderList().forEach(f -> f.clearOptions());
    message.getNestedTypeBuilderList().stream()
        .filter(n -> !n.getOptions().getMapEntry())
        .forEach(BoundsTest::dropRules);
  }

  private static List<String> unbounded(Contract contract) {
    List<String> found = new ArrayList<>();
    for (Descriptor message : contract.sent()) {
      for (FieldDescriptor field : message.getFields()) {
        FieldRules rules = Contract.rules(field);
        if (field.isMapField()) {
          check(found, field, "map", rules.getMap().hasMaxPairs());
          check(found, field, "map keys", bounded(rules.getMap().getKeys().getString()));
          value(found, Contract.valueOf(field), field, rules.getMap().getValues());
        } else if (field.isRepeated()) {
          check(found, field, "repeated", rules.getRepeated().hasMaxItems());
          value(found, field, field, rules.getRepeated().getItems());
        } else {
          value(found, field, field, rules);
        }
      }
    }
    return found;
  }

  private static void value(
      List<String> found, FieldDescriptor value, FieldDescriptor named, FieldRules rules) {
    switch (value.getJavaType()) {
      case STRING -> check(found, named, "string", bounded(rules.getString()));
      case BYTE_STRING -> check(found, named, "bytes", rules.getBytes().hasMaxLen());
      case ENUM -> check(found, named, "enum", rules.getEnum().getDefinedOnly());
      case INT, LONG, FLOAT, DOUBLE -> check(found, named, "number", boundedNumber(rules, value));
      case BOOLEAN -> {}
      case MESSAGE -> {
        String type = value.getMessageType().getFullName();
        if (type.equals("google.protobuf.Duration")) {
          boolean lower = rules.getDuration().hasGte() || rules.getDuration().hasGt();
          boolean upper = rules.getDuration().hasLte() || rules.getDuration().hasLt();
          check(found, named, "duration", lower && upper);
        } else {
          check(found, named, "message of another contract", type.startsWith("plateau."));
        }
      }
    }
  }

  /**
   * A largest length, or a pattern that repeats nothing without end. Patterns are anchored at both
   * ends, because implementations differ in whether a part may match.
   */
  private static boolean bounded(StringRules rules) {
    String pattern = rules.getPattern().replaceAll("\\[[^]]*]", "c");
    boolean anchored = pattern.startsWith("^") && pattern.endsWith("$");
    return rules.hasPattern()
        ? anchored && (rules.hasMaxLen() || !pattern.matches(".*[*+].*"))
        : rules.hasMaxLen();
  }

  private static boolean boundedNumber(FieldRules rules, FieldDescriptor field) {
    return switch (field.getType()) {
      case INT32 ->
          (rules.getInt32().hasGte() || rules.getInt32().hasGt())
              && (rules.getInt32().hasLte() || rules.getInt32().hasLt());
      // Seeds and positions may be any number that is not negative.
      case INT64 -> rules.getInt64().hasGte() || rules.getInt64().hasGt();
      case DOUBLE -> bounded(rules.getDouble());
      case FLOAT -> bounded(rules.getFloat());
      default -> false;
    };
  }

  private static boolean bounded(DoubleRules rules) {
    return rules.getFinite()
        && (rules.hasGte() || rules.hasGt())
        && (rules.hasLte() || rules.hasLt());
  }

  private static boolean bounded(FloatRules rules) {
    return rules.getFinite()
        && (rules.hasGte() || rules.hasGt())
        && (rules.hasLte() || rules.hasLt());
  }

  private static void check(
      List<String> found, FieldDescriptor field, String kind, boolean bounded) {
    if (!bounded) {
      found.add(field.getFullName() + ": " + kind);
    }
  }

  private static List<String> recursive(Contract contract) {
    return contract.sent().stream()
        .filter(m -> reaches(m, m, new HashSet<>()))
        .map(Descriptor::getFullName)
        .toList();
  }

  private static boolean reaches(Descriptor from, Descriptor target, Set<Descriptor> seen) {
    for (FieldDescriptor field : from.getFields()) {
      FieldDescriptor value = Contract.valueOf(field);
      if (value.getJavaType() == JavaType.MESSAGE && Contract.isOwn(value.getMessageType())) {
        Descriptor held = value.getMessageType();
        if (held.equals(target) || (seen.add(held) && reaches(held, target, seen))) {
          return true;
        }
      }
    }
    return false;
  }
}
