package io.plateau.service.translation;

import io.plateau.core.path.EndCheck;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.interpolator.v1.EndCheckStatus;

/** How evaluated ends compare with what is stored of them. */
public final class EndCheckTranslation {
  private EndCheckTranslation() {}

  /**
   * A comparison that was made.
   *
   * @param schemeIndex place of the scheme in the request
   */
  public static io.plateau.proto.interpolator.v1.EndCheck toProto(EndCheck check, int schemeIndex) {
    return io.plateau.proto.interpolator.v1.EndCheck.newBuilder()
        .setEnd(check.alpha() == 0 ? PairEnd.PAIR_END_INIT : PairEnd.PAIR_END_FINAL)
        .setSchemeIndex(schemeIndex)
        .setStatus(
            check.matches()
                ? EndCheckStatus.END_CHECK_STATUS_MATCHED
                : EndCheckStatus.END_CHECK_STATUS_MISMATCHED)
        .setStoredLoss(check.storedLoss())
        .setStoredError(check.storedError())
        .setMeasuredLoss(check.evaluatedLoss())
        .setMeasuredError(check.evaluatedError())
        .build();
  }

  /**
   * A comparison that could not be made: the end is not on the grid, nothing is stored for these
   * data, or the scheme does not pass through it.
   */
  public static io.plateau.proto.interpolator.v1.EndCheck notChecked(PairEnd end, int schemeIndex) {
    return io.plateau.proto.interpolator.v1.EndCheck.newBuilder()
        .setEnd(end)
        .setSchemeIndex(schemeIndex)
        .setStatus(EndCheckStatus.END_CHECK_STATUS_NOT_CHECKED)
        .build();
  }
}
