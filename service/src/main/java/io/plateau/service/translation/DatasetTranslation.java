package io.plateau.service.translation;

import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.DatasetException;
import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.dataset.Split;
import io.plateau.core.dataset.Subset;
import io.plateau.core.network.TensorShape;
import io.plateau.proto.common.v1.DatasetSpec;
import io.plateau.proto.common.v1.DatasetSpec.NamedDataset;
import io.plateau.proto.common.v1.Scaling;
import io.plateau.proto.common.v1.StoredDataset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Data sets: what a request asks for, and what was found. */
public final class DatasetTranslation {
  private static final String BYTES_TO_UNIT_INTERVAL = "value / 255";
  private static final String UNSCALED = "none";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final String SUPPORTED =
      "name a data set of the server (a folder of IDX files gets a name in its configuration)";

  private DatasetTranslation() {}

  /**
   * What a specification asks for.
   *
   * @throws io.plateau.service.errors.PlateauException NOT_IMPLEMENTED or DATASET_INVALID, naming
   *     the field
   */
  public static DatasetSelection toCore(DatasetSpec spec, RequestField field) {
    String name =
        switch (spec.getSourceCase()) {
          case NAMED -> spec.getNamed().getName();
          case STORED -> throw field.child("stored").unsupported("data by a URI", SUPPORTED);
          case SYNTHETIC -> throw field.child("synthetic").unsupported("synthetic data", SUPPORTED);
          case SOURCE_NOT_SET -> throw field.invalid("names no source; " + SUPPORTED);
        };
    if (spec.hasLabelNoise() && spec.getLabelNoise().getShare() > 0) {
      throw field.child("label_noise").unsupported("label noise", "leave it unset");
    }
    requireDefaultScaling(spec, field);
    return new DatasetSelection(
        name,
        SplitTranslation.toCore(spec.getSplit(), field.child("split"), Split.TRAIN),
        subset(spec, field),
        spec.getDigest().isEmpty()
            ? Optional.empty()
            : Optional.of(DigestTranslation.toCore(spec.getDigest(), field.child("digest"))));
  }

  /**
   * The specification that gives the samples of a reference. A name that no registry can have is
   * written as a URI.
   */
  public static DatasetSpec toSpec(DatasetReference reference) {
    DatasetSpec.Builder spec =
        DatasetSpec.newBuilder()
            .setSplit(SplitTranslation.toProto(reference.split()))
            .addAllClasses(reference.subset().classes())
            .setDigest(DigestTranslation.toProto(reference.digest()));
    if (NAME.matcher(reference.name()).matches()) {
      spec.setNamed(NamedDataset.newBuilder().setName(reference.name()));
    } else {
      spec.setStored(StoredDataset.newBuilder().setUri(reference.name()));
    }
    reference.subset().samplesPerClass().ifPresent(spec::setFirstOfEachClass);
    reference.subset().limit().ifPresent(spec::setFirst);
    switch (reference.scaling()) {
      case BYTES_TO_UNIT_INTERVAL ->
          spec.getScalingBuilder().setUnitInterval(Scaling.UnitInterval.getDefaultInstance());
      case UNSCALED -> spec.getScalingBuilder().setUnscaled(Scaling.Unscaled.getDefaultInstance());
      default -> {}
    }
    return spec.build();
  }

  /**
   * The data that a stored result was computed on.
   *
   * @param sample shape of one sample
   */
  public static io.plateau.proto.common.v1.Dataset toProto(
      DatasetReference reference, TensorShape sample) {
    return toProto(toSpec(reference), reference, sample);
  }

  /**
   * The data that a specification led to.
   *
   * @param spec as it was given
   * @param subset how the samples were taken from their source
   */
  public static io.plateau.proto.common.v1.Dataset toProto(
      DatasetSpec spec, Dataset dataset, Subset subset) {
    return toProto(spec, DatasetReference.of(dataset, subset), dataset.sampleShape());
  }

  /**
   * What another server resolved, as the registry can open it again.
   *
   * @throws io.plateau.service.errors.PlateauException NOT_IMPLEMENTED or DATASET_INVALID, naming
   *     the field
   */
  public static DatasetReference toReference(
      io.plateau.proto.common.v1.Dataset dataset, RequestField field) {
    DatasetSelection selection = toCore(dataset.getSpec(), field.child("spec"));
    try {
      return new DatasetReference(
          selection.name(),
          selection.split(),
          selection.subset(),
          Math.toIntExact(dataset.getSamples()),
          dataset.getClassCountsList().stream().map(Math::toIntExact).toList(),
          DigestTranslation.toCore(dataset.getDigest(), field.child("digest")),
          dataset.getSpec().getScaling().hasUnscaled() ? UNSCALED : BYTES_TO_UNIT_INTERVAL);
    } catch (DatasetException e) {
      throw CoreErrors.of(e, field);
    } catch (ArithmeticException e) {
      throw field.child("samples").invalid("more than " + Integer.MAX_VALUE + " samples");
    }
  }

  /** The contract's name of a field that core names in a message. */
  static String fieldOf(String coreField) {
    return switch (coreField) {
      case "samples_per_class" -> "first_of_each_class";
      case "limit" -> "first";
      default -> coreField;
    };
  }

  private static io.plateau.proto.common.v1.Dataset toProto(
      DatasetSpec spec, DatasetReference reference, TensorShape sample) {
    List<Long> counts = reference.classCounts().stream().map(Integer::longValue).toList();
    return io.plateau.proto.common.v1.Dataset.newBuilder()
        .setSpec(spec)
        .setDescription(
            "%s, %s samples of split %s, scaled by %s"
                .formatted(
                    reference.name(), reference.count(), reference.split(), reference.scaling()))
        .setSamples(reference.count())
        .setClasses(counts.size())
        .addAllClassCounts(counts)
        .setInputShape(ShapeTranslation.toProto(sample))
        .setDigest(DigestTranslation.toProto(reference.digest()))
        .build();
  }

  private static Subset subset(DatasetSpec spec, RequestField field) {
    OptionalInt each =
        switch (spec.getSubsetCase()) {
          case FIRST_OF_EACH_CLASS -> OptionalInt.of(spec.getFirstOfEachClass());
          case SUBSET_NOT_SET -> OptionalInt.empty();
          case BALANCED ->
              throw field
                  .child("balanced")
                  .unsupported("a random draw", "give first_of_each_class");
        };
    // No data set has more samples than an int counts.
    OptionalInt first =
        spec.hasFirst()
            ? OptionalInt.of((int) Math.min(spec.getFirst(), Integer.MAX_VALUE))
            : OptionalInt.empty();
    try {
      return new Subset(spec.getClassesList(), each, first);
    } catch (DatasetException e) {
      throw CoreErrors.of(e, field);
    }
  }

  private static void requireDefaultScaling(DatasetSpec spec, RequestField field) {
    RequestField at = field.child("scaling");
    switch (spec.getScaling().getKindCase()) {
      case KIND_NOT_SET, UNIT_INTERVAL -> {}
      case UNSCALED ->
          throw at.child("unscaled").unsupported("unscaled bytes", "give unit_interval");
      case STANDARDIZED ->
          throw at.child("standardized").unsupported("standardization", "give unit_interval");
      case AFFINE -> throw at.child("affine").unsupported("affine scaling", "give unit_interval");
    }
  }
}
