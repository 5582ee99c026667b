package io.plateau.service.translation;

import io.plateau.core.dataset.Split;

/** Parts of a data set. */
public final class SplitTranslation {
  private SplitTranslation() {}

  /**
   * The part.
   *
   * @param unset taken if the message names none
   */
  public static Split toCore(
      io.plateau.proto.common.v1.Split split, RequestField field, Split unset) {
    return switch (split) {
      case SPLIT_UNSPECIFIED -> unset;
      case SPLIT_TRAIN -> Split.TRAIN;
      case SPLIT_TEST -> Split.TEST;
      case SPLIT_ALL -> Split.ALL;
      case UNRECOGNIZED -> throw field.invalid("is unknown; give SPLIT_TRAIN or SPLIT_TEST");
    };
  }

  /** The part. */
  public static io.plateau.proto.common.v1.Split toProto(Split split) {
    return switch (split) {
      case TRAIN -> io.plateau.proto.common.v1.Split.SPLIT_TRAIN;
      case TEST -> io.plateau.proto.common.v1.Split.SPLIT_TEST;
      case ALL -> io.plateau.proto.common.v1.Split.SPLIT_ALL;
    };
  }
}
