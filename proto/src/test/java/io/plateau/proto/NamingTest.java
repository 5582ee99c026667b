package io.plateau.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Packages, arrows between them, and names that every client language can live with. */
class NamingTest {
  private static final Contract CONTRACT = Contract.load();

  /** A field of one of these names cannot be written as an attribute in Python. */
  private static final Set<String> RESERVED_IN_PYTHON =
      Set.of(
          "and",
          "as",
          "assert",
          "async",
          "await",
          "break",
          "class",
          "continue",
          "def",
          "del",
          "elif",
          "else",
          "except",
          "finally",
          "for",
          "from",
          "global",
          "if",
          "import",
          "in",
          "is",
          "lambda",
          "nonlocal",
          "not",
          "or",
          "pass",
          "raise",
          "return",
          "try",
          "while",
          "with",
          "yield");

  @Test
  void packagesAndTheirArrowsHold() {
    assertThat(badPackages(CONTRACT)).isEmpty();
  }

  @Test
  void findsBadPackages() {
    assertThat(
            badPackages(
                CONTRACT.with(
                    "plateau/common/v1/scheme.proto",
                    file -> file.getOptionsBuilder().setJavaPackage("io.plateau.common"))))
        .containsExactly("plateau/common/v1/scheme.proto: java_package io.plateau.common");
    assertThat(
            badPackages(
                CONTRACT.with(
                    "plateau/interpolator/v1/path_spec.proto",
                    file -> file.addDependency("plateau/trainer/v1/optimizer.proto"))))
        .containsExactly(
            "plateau/interpolator/v1/path_spec.proto: imports plateau/trainer/v1/optimizer.proto");
  }

  @Test
  void namesFollowTheStyle() {
    assertThat(badNames(CONTRACT)).isEmpty();
  }

  @Test
  void findsBadNames() {
    Contract renamed =
        CONTRACT.with(
            "plateau/common/v1/path_ends.proto",
            file ->
                file.getMessageTypeBuilderList().stream()
                    .filter(m -> m.getName().equals("PathEnds"))
                    .forEach(
                        m -> {
                          m.getFieldBuilder(0).setName("from");
                          m.getFieldBuilder(1).setName("secondEnd");
                        }));
    assertThat(badNames(renamed))
        .containsExactly("plateau.common.v1.PathEnds.from", "plateau.common.v1.PathEnds.secondEnd");
  }

  @Test
  void enumsBeginUnspecifiedAndCarryTheirPrefix() {
    assertThat(badEnums(CONTRACT)).isEmpty();
  }

  @Test
  void findsBadEnums() {
    Contract renamed =
        CONTRACT.with(
            "plateau/common/v1/job_state.proto",
            file -> {
              file.getEnumTypeBuilder(0).getValueBuilder(0).setName("JOB_STATE_QUEUING");
              file.getEnumTypeBuilder(0).getValueBuilder(3).setName("HALTED");
            });
    assertThat(badEnums(renamed))
        .containsExactly(
            "plateau.common.v1.JobState.JOB_STATE_QUEUING: not JOB_STATE_UNSPECIFIED",
            "plateau.common.v1.JobState.HALTED: no prefix JOB_STATE_");
  }

  @Test
  void methodsHaveRequestsAndResponsesOfTheirOwn() {
    assertThat(badMethods(CONTRACT)).isEmpty();
  }

  @Test
  void findsBadMethods() {
    Contract shared =
        CONTRACT.with(
            "plateau/trainer/v1/training_service.proto",
            file ->
                file.getServiceBuilder(0)
                    .getMethodBuilder(1)
                    .setInputType(".plateau.trainer.v1.CancelTrainingRequest"));
    assertThat(badMethods(shared))
        .containsExactly(
            "plateau.trainer.v1.TrainingService.GetTraining: takes CancelTrainingRequest");
  }

  private static List<String> badPackages(Contract contract) {
    List<String> found = new ArrayList<>();
    for (FileDescriptor file : contract.files()) {
      String name = file.getPackage();
      if (!name.matches("plateau\\.(common|trainer|interpolator)\\.v1")) {
        found.add(file.getName() + ": package " + name);
      }
      if (!file.getName().matches(name.replace('.', '/') + "/[a-z0-9_]+\\.proto")) {
        found.add(file.getName() + ": not in the folder of " + name);
      }
      if (!file.getOptions().getJavaPackage().equals("io.plateau.proto" + name.substring(7))) {
        found.add(file.getName() + ": java_package " + file.getOptions().getJavaPackage());
      }
      if (!file.getOptions().getJavaMultipleFiles()) {
        found.add(file.getName() + ": java_multiple_files is off");
      }
      for (FileDescriptor imported : file.getDependencies()) {
        boolean own = imported.getPackage().startsWith("plateau.");
        if (own
            && !imported.getPackage().equals(name)
            && !imported.getPackage().equals("plateau.common.v1")) {
          found.add(file.getName() + ": imports " + imported.getName());
        }
      }
    }
    return found;
  }

  private static List<String> badNames(Contract contract) {
    List<String> found = new ArrayList<>();
    for (Descriptor message : contract.messages()) {
      if (!message.getName().matches("([A-Z][a-z0-9]*)+")) {
        found.add(message.getFullName());
      }
      for (FieldDescriptor field : message.getFields()) {
        String name = field.getName();
        if (!name.matches("[a-z][a-z0-9]*(_[a-z0-9]+)*") || RESERVED_IN_PYTHON.contains(name)) {
          found.add(field.getFullName());
        }
      }
    }
    return found;
  }

  private static List<String> badEnums(Contract contract) {
    List<String> found = new ArrayList<>();
    for (EnumDescriptor enumeration : contract.enums()) {
      String prefix =
          enumeration.getName().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT)
              + "_";
      for (EnumValueDescriptor value : enumeration.getValues()) {
        if (value.getNumber() == 0 && !value.getName().equals(prefix + "UNSPECIFIED")) {
          found.add(value.getFullName() + ": not " + prefix + "UNSPECIFIED");
        } else if (!value.getName().startsWith(prefix)) {
          found.add(value.getFullName() + ": no prefix " + prefix);
        }
      }
    }
    return found;
  }

  private static List<String> badMethods(Contract contract) {
    List<String> found = new ArrayList<>();
    for (ServiceDescriptor service : contract.services()) {
      if (!service.getName().endsWith("Service")) {
        found.add(service.getFullName() + ": does not end in Service");
      }
      for (MethodDescriptor method : service.getMethods()) {
        if (!method.getInputType().getName().equals(method.getName() + "Request")) {
          found.add(method.getFullName() + ": takes " + method.getInputType().getName());
        }
        if (!method.getOutputType().getName().equals(method.getName() + "Response")) {
          found.add(method.getFullName() + ": gives " + method.getOutputType().getName());
        }
      }
    }
    return found;
  }
}
