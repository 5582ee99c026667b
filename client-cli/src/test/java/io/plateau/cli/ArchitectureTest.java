package io.plateau.cli;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, over every class of the product. */
class ArchitectureTest {
  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.plateau");
  }

  @Test
  void everyModuleIsSeen() {
    for (String module :
        new String[] {"proto", "core", "service", "trainer", "interpolator", "cli"}) {
      assertThat(
              classes.stream()
                  .filter(c -> c.getPackageName().startsWith("io.plateau." + module))
                  .count())
          .as(module)
          .isGreaterThan(5);
    }
  }

  @Test
  void theContractImportsNothingOfOurs() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plateau.proto..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.plateau.core..",
                "io.plateau.service..",
                "io.plateau.trainer..",
                "io.plateau.interpolator..",
                "io.plateau.cli.."));
  }

  @Test
  void coreKnowsNoContractNoCallsNoDatabase() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plateau.core..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.plateau.proto..",
                "io.plateau.service..",
                "io.plateau.trainer..",
                "io.plateau.interpolator..",
                "io.plateau.cli..",
                "io.grpc..",
                "com.google.protobuf..",
                "java.sql..",
                "javax.sql..",
                "org.jdbi.."));
  }

  @Test
  void nd4jIsTouchedInOnePackage() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("io.plateau.core.kernel.nd4j..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.nd4j..", "org.bytedeco.."));
  }

  @Test
  void nd4jsDeviceIsNamedOnlyWhereOneIsOpened() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plateau.core..")
            .and()
            .resideOutsideOfPackage("io.plateau.core.kernel.nd4j..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.plateau.core.kernel.nd4j.."));
  }

  @Test
  void curvesStandOnTheirOwn() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plateau.core.curve..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage("io.plateau..")
                    .and(
                        com.tngtech.archunit.base.DescribedPredicate.not(
                            resideInAnyPackage("io.plateau.core.curve..")))));
  }

  @Test
  void coresPackagesHaveNoCycles() {
    check(slices().matching("io.plateau.core.(*)..").should().beFreeOfCycles());
  }

  @Test
  void whatBothServersShareKnowsNeither() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plateau.service..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.plateau.trainer..", "io.plateau.interpolator..", "io.plateau.cli.."));
  }

  @Test
  void coreIsMappedToTheContractInOnePackage() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plateau.service..")
            .and()
            .resideOutsideOfPackage("io.plateau.service.translation..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.plateau.core.."));
  }

  @Test
  void theTwoServicesMeetOverTheNetworkOnly() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plateau.trainer..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.plateau.interpolator..", "io.plateau.cli.."));
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plateau.interpolator..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.plateau.trainer..", "io.plateau.cli.."));
  }

  @Test
  void theCommandLineSpeaksToServicesAndStartsThemInOnePlace() {
    check(
        noClasses()
            .that()
            .resideInAPackage("io.plateau.cli..")
            .and()
            .resideOutsideOfPackage("io.plateau.cli.embedded..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.plateau.trainer..", "io.plateau.interpolator.."));
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    for (JavaClass type : classes.that(alwaysTrue())) {
      if (type.getPackageName().startsWith("io.plateau.proto")) {
        continue;
      }
      assertThat(
              getClass()
                          .getClassLoader()
                          .getResource(
                              type.getPackageName().replace('.', '/') + "/package-info.class")
                      != null
                  || type.getPackage().tryGetPackageInfo().isPresent()
                  || sourceHasPackageInfo(type))
          .as("package-info of %s", type.getPackageName())
          .isTrue();
    }
  }

  /** A package-info without annotations leaves no class file: the source is looked for. */
  private static boolean sourceHasPackageInfo(JavaClass type) {
    String path = "src/main/java/" + type.getPackageName().replace('.', '/') + "/package-info.java";
    java.nio.file.Path root = java.nio.file.Path.of("..").toAbsolutePath().normalize();
    for (String module :
        new String[] {"core", "service", "trainer-service", "interpolator-service", "client-cli"}) {
      if (java.nio.file.Files.exists(root.resolve(module).resolve(path))) {
        return true;
      }
    }
    return false;
  }

  private static void check(ArchRule rule) {
    rule.check(classes);
  }
}
