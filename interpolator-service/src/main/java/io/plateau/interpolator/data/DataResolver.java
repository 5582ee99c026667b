package io.plateau.interpolator.data;

import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.DatasetException;
import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.dataset.Split;
import io.plateau.core.dataset.Subset;
import io.plateau.interpolator.pair.PairDescription;
import io.plateau.proto.common.v1.DatasetSpec;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.service.errors.Reason;
import io.plateau.service.translation.CoreErrors;
import io.plateau.service.translation.DatasetSelection;
import io.plateau.service.translation.DatasetTranslation;
import io.plateau.service.translation.DigestTranslation;
import io.plateau.service.translation.RequestField;
import io.plateau.service.translation.SplitTranslation;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds the samples that a request means. */
public final class DataResolver {
  private final DatasetCache cache;
  private final int maxSamples;

  /**
   * @param maxSamples of an evaluation
   */
  public DataResolver(DatasetCache cache, int maxSamples) {
    this.cache = cache;
    this.maxSamples = maxSamples;
  }

  /**
   * The data of a request.
   *
   * @param spec the request
   * @param pair whose own data are the default; empty if no end has a pair
   * @param field that holds the request
   * @throws io.plateau.service.errors.PlateauException DATASET_NOT_FOUND, DATASET_INVALID,
   *     DATASET_DIGEST_MISMATCH, LIMIT_EXCEEDED, NOT_IMPLEMENTED
   */
  public EvaluationData resolve(PathSpec spec, Optional<PairDescription> pair, RequestField field) {
    if (spec.hasDataset()) {
      RequestField at = field.child("dataset");
      DatasetSelection selection = DatasetTranslation.toCore(spec.getDataset(), at);
      return open(selection, spec.getDataset(), spec, at, field);
    }
    RequestField at = field.child("pair_split");
    DatasetSelection own = own(spec, pair, at);
    DatasetSpec.Builder named =
        DatasetSpec.newBuilder()
            .setSplit(SplitTranslation.toProto(own.split()))
            .addAllClasses(own.subset().classes());
    named.getNamedBuilder().setName(own.name());
    own.subset().samplesPerClass().ifPresent(named::setFirstOfEachClass);
    own.subset().limit().ifPresent(named::setFirst);
    own.sha256().ifPresent(digest -> named.setDigest(DigestTranslation.toProto(digest)));
    return open(own, named.build(), spec, at, field);
  }

  private static DatasetSelection own(
      PathSpec spec, Optional<PairDescription> pair, RequestField field) {
    PairDescription described =
        pair.orElseThrow(
            () ->
                field.failure(
                    Reason.DATASET_NOT_FOUND,
                    "neither end has a pair whose data could be used; name a dataset"));
    DatasetReference trained =
        described
            .dataset()
            .orElseThrow(
                () ->
                    field.failure(
                        Reason.DATASET_NOT_FOUND,
                        "the pair does not say what it was trained on, or its data can't be"
                            + " resolved here; name a dataset"));
    Split asked = SplitTranslation.toCore(spec.getPairSplit(), field, trained.split());
    if (asked == trained.split()) {
      return selection(trained);
    }
    if (described.heldOut().isPresent() && described.heldOut().get().split() == asked) {
      return selection(described.heldOut().get());
    }
    Subset whole = new Subset(trained.subset().classes(), OptionalInt.empty(), OptionalInt.empty());
    return new DatasetSelection(trained.name(), asked, whole, Optional.empty());
  }

  private static DatasetSelection selection(DatasetReference reference) {
    return new DatasetSelection(
        reference.name(), reference.split(), reference.subset(), Optional.of(reference.digest()));
  }

  private EvaluationData open(
      DatasetSelection selection,
      DatasetSpec named,
      PathSpec spec,
      RequestField at,
      RequestField field) {
    try {
      Dataset dataset = cache.open(selection.name(), selection.split(), selection.subset());
      requireDigest(selection, dataset, at);
      Subset subset = selection.subset();
      boolean limited =
          spec.getLimits().hasMaxSamples() && spec.getLimits().getMaxSamples() < dataset.size();
      if (limited) {
        int most = (int) spec.getLimits().getMaxSamples();
        subset = new Subset(subset.classes(), subset.samplesPerClass(), OptionalInt.of(most));
        dataset = cache.open(selection.name(), selection.split(), subset);
      }
      if (dataset.size() > maxSamples) {
        throw field
            .child("limits.max_samples")
            .failure(
                Reason.LIMIT_EXCEEDED,
                "the data have "
                    + dataset.size()
                    + " samples, this server evaluates "
                    + maxSamples
                    + " at most; ask for fewer");
      }
      return new EvaluationData(dataset, subset, named, limited);
    } catch (DatasetException e) {
      throw CoreErrors.of(e, at);
    }
  }

  private static void requireDigest(
      DatasetSelection selection, Dataset dataset, RequestField field) {
    if (selection.sha256().isPresent() && !selection.sha256().get().equals(dataset.digest())) {
      throw field.failure(
          Reason.DATASET_DIGEST_MISMATCH,
          "the samples of '"
              + dataset.name()
              + "' have digest "
              + DigestTranslation.toProto(dataset.digest())
              + ", expected "
              + DigestTranslation.toProto(selection.sha256().get())
              + "; give this server the same files (interpolator.datasets)");
    }
  }
}
