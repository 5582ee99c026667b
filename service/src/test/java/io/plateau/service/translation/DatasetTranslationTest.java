package io.plateau.service.translation;

import static io.plateau.service.translation.Messages.SPEC;
import static io.plateau.service.translation.Messages.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.DatasetException;
import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.dataset.DatasetRegistry;
import io.plateau.core.dataset.Split;
import io.plateau.core.dataset.Subset;
import io.plateau.core.network.TensorShape;
import io.plateau.proto.common.v1.DatasetSpec;
import io.plateau.service.errors.Reason;
import io.plateau.service.validation.RequestValidator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DatasetTranslationTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);
  private static final RequestValidator VALIDATOR = new RequestValidator();

  private static DatasetSelection toCore(String json) {
    return DatasetTranslation.toCore(Messages.read(json, DatasetSpec.getDefaultInstance()), SPEC);
  }

  @Test
  void aNameAloneIsAllOfTheTrainingSamples() {
    assertThat(toCore("{'named': {'name': 'mnist'}}"))
        .isEqualTo(new DatasetSelection("mnist", Split.TRAIN, Subset.EVERYTHING, Optional.empty()));
  }

  @Test
  void everythingStated() {
    assertThat(
            toCore(
                """
                {'named': {'name': 'mnist'}, 'split': 'SPLIT_TEST', 'classes': [3, 1],
                 'firstOfEachClass': 20, 'first': '30', 'scaling': {'unitInterval': {}},
                 'labelNoise': {'share': 0}, 'digest': 'sha256:%s'}
                """
                    .formatted(DIGEST)))
        .isEqualTo(
            new DatasetSelection(
                "mnist",
                Split.TEST,
                new Subset(List.of(3, 1), OptionalInt.of(20), OptionalInt.of(30)),
                Optional.of(DIGEST)));
  }

  @Test
  void moreThanAnyDataSetHoldsIsAll() {
    assertThat(toCore("{'named': {'name': 'mnist'}, 'first': '5000000000'}").subset().limit())
        .hasValue(Integer.MAX_VALUE);
  }

  @Test
  void theOtherSplitKeepsTheClassesOnly() {
    DatasetSelection selection =
        toCore("{'named': {'name': 'mnist'}, 'classes': [3, 1], 'firstOfEachClass': 20}");
    DatasetSelection other = selection.otherSplit().orElseThrow();
    assertThat(other)
        .isEqualTo(
            new DatasetSelection(
                "mnist",
                Split.TEST,
                new Subset(List.of(3, 1), OptionalInt.empty(), OptionalInt.empty()),
                Optional.empty()));
    assertThat(other.otherSplit().orElseThrow().split()).isEqualTo(Split.TRAIN);
    assertThat(
            new DatasetSelection("all", Split.ALL, Subset.EVERYTHING, Optional.empty())
                .otherSplit())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | REQUEST_INVALID | spec",
        "{'named': {'name': 'mnist'}, 'split': 77} | REQUEST_INVALID | spec.split",
        "{'named': {'name': 'mnist'}, 'digest': 'abc'} | REQUEST_INVALID | spec.digest",
        "{'named': {'name': 'mnist'}, 'classes': [3]} | DATASET_INVALID | spec.classes",
        "{'named': {'name': 'mnist'}, 'classes': [3, 3]} | DATASET_INVALID | spec.classes",
        "{'named': {'name': 'mnist'}, 'first': '0'} | DATASET_INVALID | spec.first",
        "{'named': {'name': 'mnist'}, 'firstOfEachClass': -1} | DATASET_INVALID | spec.first_of_each_class",
        "{'stored': {'uri': 'file:///data'}} | NOT_IMPLEMENTED | spec.stored",
        "{'synthetic': {'orthogonalClasses': {}}} | NOT_IMPLEMENTED | spec.synthetic",
        "{'named': {'name': 'mnist'}, 'balanced': {'samplesPerClass': 3}} | NOT_IMPLEMENTED | spec.balanced",
        "{'named': {'name': 'mnist'}, 'labelNoise': {'share': 0.1}} | NOT_IMPLEMENTED | spec.label_noise",
        "{'named': {'name': 'mnist'}, 'scaling': {'unscaled': {}}} | NOT_IMPLEMENTED | spec.scaling.unscaled",
        "{'named': {'name': 'mnist'}, 'scaling': {'standardized': {}}} | NOT_IMPLEMENTED | spec.scaling.standardized",
        "{'named': {'name': 'mnist'}, 'scaling': {'affine': {'mean': [0], 'standardDeviation': [1]}}} | NOT_IMPLEMENTED | spec.scaling.affine",
      })
  void refused(String json, Reason reason, String field) {
    assertRefused(() -> toCore(json), reason, field);
  }

  @ParameterizedTest
  @EnumSource(Split.class)
  void splitsComeBack(Split split) {
    assertThat(SplitTranslation.toCore(SplitTranslation.toProto(split), SPEC, Split.TRAIN))
        .isEqualTo(split);
  }

  @Test
  void anUnsetSplitIsTheDefaultOfItsPlace() {
    assertThat(
            SplitTranslation.toCore(
                io.plateau.proto.common.v1.Split.SPLIT_UNSPECIFIED, SPEC, Split.ALL))
        .isEqualTo(Split.ALL);
  }

  @Property(tries = 200)
  void referencesComeBack(@ForAll("references") DatasetReference reference) {
    io.plateau.proto.common.v1.Dataset message =
        DatasetTranslation.toProto(reference, TensorShape.of(1, 28, 28));
    VALIDATOR.check(message.getSpec());
    assertThat(DatasetTranslation.toReference(message, RequestField.REQUEST)).isEqualTo(reference);
  }

  @Provide
  Arbitrary<DatasetReference> references() {
    Arbitrary<Subset> subsets =
        Combinators.combine(
                Arbitraries.integers().between(0, 99).list().uniqueElements().ofMaxSize(6),
                counts(),
                counts())
            .as(
                (classes, each, first) ->
                    new Subset(classes.size() == 1 ? List.of() : classes, each, first));
    return Combinators.combine(
            Arbitraries.of("mnist", "fashion-mnist-10k", "my_digits.v2"),
            Arbitraries.of(Split.class),
            subsets,
            Arbitraries.integers().between(0, 1000).list().ofMinSize(2).ofMaxSize(10))
        .as(
            (name, split, subset, counts) -> {
              List<Integer> some = new java.util.ArrayList<>(counts);
              some.set(0, some.get(0) + 1);
              int samples = some.stream().mapToInt(Integer::intValue).sum();
              return new DatasetReference(
                  name, split, subset, samples, some, DIGEST, "value / 255");
            });
  }

  private static Arbitrary<OptionalInt> counts() {
    return Arbitraries.integers()
        .between(1, 1000)
        .map(OptionalInt::of)
        .injectNull(0.5)
        .map(count -> count == null ? OptionalInt.empty() : count);
  }

  @Test
  void aNameThatIsNoNameIsAUri() {
    DatasetReference reference =
        new DatasetReference(
            "file:///data/inputs.safetensors",
            Split.ALL,
            Subset.EVERYTHING,
            3,
            List.of(1, 2),
            DIGEST,
            "none");
    io.plateau.proto.common.v1.Dataset message =
        DatasetTranslation.toProto(reference, TensorShape.of(20));
    assertThat(message.getSpec().getStored().getUri()).isEqualTo(reference.name());
    assertThat(message.getSpec().getScaling().hasUnscaled()).isTrue();
    assertThat(message.getClassCountsList()).containsExactly(1L, 2L);
    assertThat(message.getClasses()).isEqualTo(2);
    assertThat(message.getSamples()).isEqualTo(3);
    assertThat(message.getDigest()).isEqualTo("sha256:" + DIGEST);
    assertThat(message.getInputShape().getDimensionsList()).containsExactly(20);
  }

  /** The bundled data, opened as a request names them and again as the answer names them. */
  @Test
  void selectionsOpenWhatTheyName() {
    DatasetRegistry registry = new DatasetRegistry(Map.of());
    DatasetSelection selection =
        toCore("{'named': {'name': 'mnist'}, 'split': 'SPLIT_TEST', 'firstOfEachClass': 3}");
    Dataset dataset = selection.open(registry);
    assertThat(dataset.classCounts()).hasSize(10).containsOnly(3);

    io.plateau.proto.common.v1.Dataset message =
        DatasetTranslation.toProto(
            DatasetReference.of(dataset, selection.subset()), dataset.sampleShape());
    DatasetReference reference = DatasetTranslation.toReference(message, SPEC);
    assertThat(registry.open(reference).digest()).isEqualTo(dataset.digest());

    DatasetSelection again = DatasetTranslation.toCore(message.getSpec(), SPEC);
    assertThat(again.open(registry).digest()).isEqualTo(dataset.digest());
  }

  @Test
  void anotherDigestIsRefused() {
    DatasetRegistry registry = new DatasetRegistry(Map.of());
    DatasetSelection selection =
        toCore(
            "{'named': {'name': 'mnist'}, 'split': 'SPLIT_TEST', 'first': '5', 'digest': 'sha256:%s'}"
                .formatted(DIGEST));
    assertThatThrownBy(() -> selection.open(registry))
        .isInstanceOfSatisfying(
            DatasetException.class,
            e -> assertThat(e.reason()).isEqualTo(DatasetException.Reason.DIGEST_MISMATCH))
        .hasMessageContaining("sha256:" + DIGEST);
  }
}
