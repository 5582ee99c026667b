package io.plateau.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What every call of a kind has in common: repeatable creates, paged lists, guarded changes. */
class ConventionsTest {
  private static final Contract CONTRACT = Contract.load();

  @Test
  void callsOfAKindHaveTheirFields() {
    assertThat(CONTRACT.methods()).extracting(MethodDescriptor::getName).contains("CreateTraining");
    assertThat(missingFields(CONTRACT)).isEmpty();
  }

  @Test
  void findsMissingFields() {
    assertThat(
            missingFields(
                without(
                    "plateau/trainer/v1/training_service.proto",
                    "CreateTrainingRequest",
                    "request_id")))
        .containsExactly("plateau.trainer.v1.TrainingService.CreateTraining: request_id");
    assertThat(
            missingFields(
                without("plateau/trainer/v1/pair_import.proto", "PairImport", "validate_only")))
        .containsExactly("plateau.trainer.v1.CheckpointPairService.ImportPair: validate_only");
    assertThat(
            missingFields(
                without(
                    "plateau/interpolator/v1/evaluation_service.proto",
                    "ListEvaluationsResponse",
                    "next_page_token")))
        .containsExactly(
            "plateau.interpolator.v1.EvaluationService.ListEvaluations: next_page_token");
    assertThat(
            missingFields(
                without(
                    "plateau/trainer/v1/checkpoint_pair_service.proto",
                    "DeletePairRequest",
                    "etag")))
        .containsExactly("plateau.trainer.v1.CheckpointPairService.DeletePair: etag");
  }

  /** Two booleans in one message are an enumeration or a oneof in disguise. */
  @Test
  void noMessageHasTwoBooleans() {
    assertThat(booleanPairs(CONTRACT)).isEmpty();
  }

  @Test
  void findsBooleanPairs() {
    Contract changed =
        CONTRACT.with(
            "plateau/trainer/v1/optimizer.proto",
            file ->
                file.getMessageTypeBuilder(0)
                    .getNestedTypeBuilderList()
                    .forEach(
                        m -> {
                          if (m.getName().equals("Sgd")) {
                            m.addFieldBuilder()
                                .setName("maximize")
                                .setNumber(99)
                                .setType(FieldDescriptorProto.Type.TYPE_BOOL);
                          }
                        }));
    assertThat(booleanPairs(changed)).containsExactly("plateau.trainer.v1.Optimizer.Sgd");
  }

  private static Contract without(String file, String message, String field) {
    return CONTRACT.with(
        file,
        builder ->
            builder.getMessageTypeBuilderList().stream()
                .filter(m -> m.getName().equals(message))
                .forEach(
                    m -> {
                      for (int i = m.getFieldCount() - 1; i >= 0; i--) {
                        if (m.getField(i).getName().equals(field)) {
                          m.removeField(i);
                        }
                      }
                    }));
  }

  private static List<String> missingFields(Contract contract) {
    List<String> found = new ArrayList<>();
    for (MethodDescriptor method : contract.methods()) {
      Set<String> asked = fieldNames(method.getInputType());
      if (method.isClientStreaming()) {
        // What the first message of a stream says stands one level deeper.
        method.getInputType().getFields().stream()
            .filter(f -> f.getType() == FieldDescriptor.Type.MESSAGE)
            .forEach(f -> asked.addAll(fieldNames(f.getMessageType())));
      }
      Set<String> answered = fieldNames(method.getOutputType());
      String name = method.getName();
      if (name.matches("(Create|Import).*")) {
        require(found, method, asked, "request_id", "validate_only", "labels");
      }
      if (name.startsWith("List") || name.equals("GetCurve")) {
        require(found, method, asked, "page_size", "page_token");
        require(found, method, answered, "next_page_token");
      }
      if (name.matches("(Cancel|Resume|Delete|Update).*")) {
        require(found, method, asked, "name", "etag");
      }
      if (name.matches("(Get|Watch|Verify|Read|Export).*") && !name.equals("GetServerInfo")) {
        require(found, method, asked, "name");
      }
      if (name.startsWith("Watch")) {
        boolean resumable = asked.stream().anyMatch(f -> f.startsWith("after_"));
        if (!resumable || !method.isServerStreaming()) {
          found.add(method.getFullName() + ": not resumable");
        }
      }
    }
    return found;
  }

  private static void require(
      List<String> found, MethodDescriptor method, Set<String> present, String... names) {
    Stream.of(names)
        .filter(n -> !present.contains(n))
        .forEach(n -> found.add(method.getFullName() + ": " + n));
  }

  private static Set<String> fieldNames(Descriptor message) {
    Set<String> names = new HashSet<>();
    message.getFields().forEach(f -> names.add(f.getName()));
    return names;
  }

  private static List<String> booleanPairs(Contract contract) {
    return contract.messages().stream()
        .filter(m -> m.getFields().stream().filter(ConventionsTest::isBoolean).count() > 1)
        .map(Descriptor::getFullName)
        .toList();
  }

  private static boolean isBoolean(FieldDescriptor field) {
    return field.getType() == FieldDescriptor.Type.BOOL;
  }
}
