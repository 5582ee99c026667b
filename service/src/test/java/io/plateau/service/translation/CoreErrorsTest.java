package io.plateau.service.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.plateau.core.checkpoint.CheckpointException;
import io.plateau.core.checkpoint.End;
import io.plateau.core.curve.Curve;
import io.plateau.core.curve.CurveException;
import io.plateau.core.curve.SummaryOptions;
import io.plateau.core.dataset.DatasetException;
import io.plateau.core.dataset.Subset;
import io.plateau.core.kernel.DeviceException;
import io.plateau.core.network.NetworkException;
import io.plateau.core.path.PathException;
import io.plateau.core.safetensors.SafetensorsException;
import io.plateau.core.training.TrainingException;
import io.plateau.proto.common.v1.ErrorReason;
import io.plateau.service.errors.FieldViolation;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CoreErrorsTest {
  record Told(RuntimeException thrown, Reason reason, String field) {}

  static Stream<Told> errors() {
    return Stream.of(
        new Told(
            new NetworkException("layers[2].out", "0 is outside 1..9"),
            Reason.NETWORK_INVALID,
            "layers[2].out"),
        told(PathException.Reason.INVALID, Reason.REQUEST_INVALID),
        told(PathException.Reason.ENDS_DIFFER, Reason.ENDS_DIFFER),
        told(PathException.Reason.DATA_DIFFER, Reason.DATASET_INVALID),
        told(PathException.Reason.ENDPOINT_MISMATCH, Reason.ENDPOINT_MISMATCH),
        told(PathException.Reason.CANCELLED, Reason.CANCELLED),
        new Told(
            new CurveException("plateauTolerance", "must be in [0, 1), is 2"),
            Reason.REQUEST_INVALID,
            "tolerance"),
        new Told(new CurveException("points", "needs at least one"), Reason.INTERNAL, ""),
        told(DatasetException.Reason.NOT_FOUND, Reason.DATASET_NOT_FOUND, ""),
        told(DatasetException.Reason.MALFORMED, Reason.DATASET_INVALID, ""),
        told(DatasetException.Reason.DIGEST_MISMATCH, Reason.DATASET_DIGEST_MISMATCH, ""),
        told(DatasetException.Reason.TOO_LARGE, Reason.LIMIT_EXCEEDED, ""),
        told(DatasetException.Reason.INVALID_REQUEST, Reason.DATASET_INVALID, "classes"),
        told(DatasetException.Reason.UNREADABLE, Reason.STORE_UNAVAILABLE, ""),
        told(CheckpointException.Reason.INVALID_REQUEST, Reason.REQUEST_INVALID, "classes"),
        told(CheckpointException.Reason.NOT_FOUND, Reason.PAIR_NOT_FOUND, ""),
        told(CheckpointException.Reason.EXISTS, Reason.PAIR_EXISTS, ""),
        told(CheckpointException.Reason.CORRUPT, Reason.PAIR_CORRUPT, ""),
        told(CheckpointException.Reason.UNAVAILABLE, Reason.STORE_UNAVAILABLE, ""),
        new Told(
            new SafetensorsException("final.safetensors", "ends early"), Reason.FILE_INVALID, ""),
        new Told(
            new TrainingException("learning_rate.base", "-1 is not above 0"),
            Reason.TRAINING_INVALID,
            "learning_rate.base"),
        new Told(new TrainingException("state", "is damaged"), Reason.STATE_CONFLICT, ""),
        told(DeviceException.Reason.UNSUPPORTED, Reason.DEVICE_UNSUPPORTED),
        told(DeviceException.Reason.OUT_OF_MEMORY, Reason.DEVICE_OUT_OF_MEMORY),
        told(DeviceException.Reason.FAILED, Reason.INTERNAL));
  }

  private static Told told(PathException.Reason of, Reason reason) {
    return new Told(new PathException(of, "ends", "the ends differ"), reason, "ends");
  }

  private static Told told(DatasetException.Reason of, Reason reason, String field) {
    return new Told(new DatasetException(of, "classes: 12 is outside 0..9"), reason, field);
  }

  private static Told told(CheckpointException.Reason of, Reason reason, String field) {
    return new Told(new CheckpointException(of, "classes: 12 is outside 0..9"), reason, field);
  }

  private static Told told(DeviceException.Reason of, Reason reason) {
    return new Told(new DeviceException(of, "the device says no", null), reason, "");
  }

  @ParameterizedTest
  @MethodSource("errors")
  void errorsAreToldAtTheEdge(Told told) {
    PlateauException failure =
        CoreErrors.translators()
            .translate(new IllegalStateException("wrapped", told.thrown()))
            .orElseThrow();
    assertThat(failure.reason()).isEqualTo(told.reason());
    assertThat(failure).hasCause(told.thrown());
    assertThat(failure.fieldViolations())
        .extracting(FieldViolation::field)
        .isEqualTo(told.field().isEmpty() ? List.of() : List.of(told.field()));
    assertThat(failure.getMessage()).isNotBlank();
    assertThat(failure.retryDelay().isPresent())
        .isEqualTo(told.reason() == Reason.STORE_UNAVAILABLE);
  }

  @ParameterizedTest
  @MethodSource("errors")
  void reasonsAreThoseOfTheContract(Told told) {
    assertThat(Arrays.stream(ErrorReason.values()).map(Enum::name))
        .contains("ERROR_REASON_" + told.reason());
  }

  /** Fails when core learns a reason or an exception that is not tried above. */
  @Test
  void nothingOfCoreIsLeftOut() throws IOException, URISyntaxException {
    Set<String> tried =
        errors().map(told -> told.thrown().getClass().getName()).collect(Collectors.toSet());
    assertThat(tried).containsExactlyInAnyOrderElementsOf(exceptionsOfCore()).hasSizeGreaterThan(7);

    assertReasons(PathException.class, PathException.Reason.values(), PathException::reason);
    assertReasons(
        DatasetException.class, DatasetException.Reason.values(), DatasetException::reason);
    assertReasons(
        CheckpointException.class,
        CheckpointException.Reason.values(),
        CheckpointException::reason);
    assertReasons(DeviceException.class, DeviceException.Reason.values(), DeviceException::reason);
  }

  private static <E extends RuntimeException, R> void assertReasons(
      Class<E> type, R[] all, Function<E, R> reason) {
    assertThat(
            errors()
                .map(Told::thrown)
                .filter(type::isInstance)
                .map(type::cast)
                .map(reason)
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(all);
  }

  /** Unchecked exceptions among core's classes, in a folder or in a jar. */
  private static Set<String> exceptionsOfCore() throws IOException, URISyntaxException {
    URI location =
        NetworkException.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path path = Path.of(location);
    if (Files.isDirectory(path)) {
      return exceptionsBelow(path);
    }
    try (FileSystem jar = FileSystems.newFileSystem(path, Map.of())) {
      return exceptionsBelow(jar.getPath("/"));
    }
  }

  private static Set<String> exceptionsBelow(Path root) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root.resolve("io/plateau/core"))) {
      files
          .map(file -> root.relativize(file).toString())
          .filter(file -> file.endsWith(".class"))
          .forEach(file -> names.add(file.substring(0, file.length() - 6).replace('/', '.')));
    }
    return names.stream().filter(CoreErrorsTest::isUnchecked).collect(Collectors.toSet());
  }

  private static boolean isUnchecked(String name) {
    try {
      return RuntimeException.class.isAssignableFrom(
          Class.forName(name, false, CoreErrorsTest.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void fieldsAreNamedBelowTheRequests() {
    RequestField network = RequestField.REQUEST.child("training").child("network");
    PlateauException failure =
        CoreErrors.of(new NetworkException("layers[2].out", "0 is outside 1..9"), network);
    assertThat(failure.fieldViolations())
        .containsExactly(new FieldViolation("training.network.layers[2].out", "0 is outside 1..9"));
    assertThat(failure).hasMessage("training.network.layers[2].out: 0 is outside 1..9");
    assertThat(failure.metadata()).containsEntry("field", "training.network.layers[2].out");
  }

  /** The real messages, of which core names the field in the text only. */
  @Test
  void fieldsThatCoreNamesInTheMessage() {
    assertField(
        () -> new Subset(List.of(), OptionalInt.of(0), OptionalInt.empty()), "first_of_each_class");
    assertField(() -> new Subset(List.of(), OptionalInt.empty(), OptionalInt.of(-1)), "first");
    assertField(() -> End.ofEpoch(0), "epoch");
    assertField(() -> new SummaryOptions(2, 0, 0), "tolerance");
    assertField(() -> Curve.of(List.of()), "");
  }

  private static void assertField(ThrowableAssert.ThrowingCallable call, String field) {
    Throwable thrown = catchThrowable(call);
    Optional<PlateauException> failure = CoreErrors.translators().translate(thrown);
    assertThat(failure).isPresent();
    assertThat(failure.get().fieldViolations())
        .extracting(FieldViolation::field)
        .isEqualTo(field.isEmpty() ? List.of() : List.of(field));
  }

  @Test
  void aFullDiskIsNoOutage() {
    PlateauException failure =
        CoreErrors.of(
            new CheckpointException(
                CheckpointException.Reason.UNAVAILABLE,
                "can't write init.safetensors",
                new IOException(
                    "writing",
                    new FileSystemException("init.safetensors", null, "No space left on device"))),
            RequestField.REQUEST);
    assertThat(failure.reason()).isEqualTo(Reason.STORE_FULL);
    assertThat(failure.retryDelay()).isEmpty();
  }

  @Test
  void othersAreNotTranslated() {
    assertThat(CoreErrors.translators().translate(new IllegalStateException("a defect"))).isEmpty();
  }
}
