package io.plateau.cli.render;

import io.plateau.proto.common.v1.Dataset;
import io.plateau.proto.common.v1.DatasetSpec;

/** A data set in a few words: mnist (train). */
public final class DatasetName {
  private DatasetName() {}

  /** Empty where the message says nothing about the source. */
  public static String of(Dataset dataset) {
    DatasetSpec spec = dataset.getSpec();
    String source =
        switch (spec.getSourceCase()) {
          case NAMED -> spec.getNamed().getName();
          case STORED -> spec.getStored().getUri();
          case SYNTHETIC ->
              spec.getSynthetic().hasOrthogonalClasses()
                  ? "orthogonal classes"
                  : "Gaussian mixture";
          case SOURCE_NOT_SET -> dataset.getDescription();
        };
    if (source.isEmpty() || spec.getSourceCase() == DatasetSpec.SourceCase.SOURCE_NOT_SET) {
      return source;
    }
    return switch (spec.getSplit()) {
      case SPLIT_TEST -> source + " (test)";
      case SPLIT_ALL -> source;
      case SPLIT_TRAIN, SPLIT_UNSPECIFIED, UNRECOGNIZED -> source + " (train)";
    };
  }
}
