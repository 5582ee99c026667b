package io.plateau.core.path;

/**
 * An evaluated end beside what is stored of it. A path that does not begin and end where its
 * checkpoints say is a path between other points, so a mismatch is an error for whoever asked.
 *
 * @param alpha 0 or 1
 * @param storedLoss of the checkpoint
 * @param storedError of the checkpoint
 * @param evaluatedLoss on the same samples
 * @param evaluatedError on the same samples
 * @param samples number of samples
 */
public record EndCheck(
    double alpha,
    double storedLoss,
    double storedError,
    double evaluatedLoss,
    double evaluatedError,
    long samples) {
  /** Relative to max(1, |loss|): what float32 arithmetic in another order of summation may move. */
  public static final double LOSS_TOLERANCE = 1e-5;

  /** Share of samples whose two largest logits may be so close that rounding decides. */
  public static final double ERROR_TOLERANCE = 1e-4;

  /** Compares a point at alpha 0 or 1 with the stored values. */
  public static EndCheck of(PathPoint point, double storedLoss, double storedError) {
    Classification found = point.classification();
    return new EndCheck(
        point.alpha(), storedLoss, storedError, found.loss(), found.error(), found.samples());
  }

  /**
   * Whether both values are reproduced; two samples may always differ. A loss that is not finite is
   * reproduced by the same one: a training that diverged has ends, too.
   */
  public boolean matches() {
    double lossSlack = LOSS_TOLERANCE * Math.max(1, Math.abs(storedLoss));
    double errorSlack = Math.max(2.0 / samples, ERROR_TOLERANCE) * (1 + 1e-9);
    boolean sameLoss =
        Double.compare(evaluatedLoss, storedLoss) == 0
            || Math.abs(evaluatedLoss - storedLoss) <= lossSlack;
    return sameLoss && Math.abs(evaluatedError - storedError) <= errorSlack;
  }

  /**
   * Insists on it.
   *
   * @throws PathException ENDPOINT_MISMATCH with both sides' values
   */
  public void require() {
    if (!matches()) {
      throw new PathException(
          PathException.Reason.ENDPOINT_MISMATCH,
          "ends",
          "at alpha "
              + alpha
              + " the loss is "
              + evaluatedLoss
              + " and the error "
              + evaluatedError
              + ", but the checkpoint says "
              + storedLoss
              + " and "
              + storedError
              + "; the tensors, the data or the architecture are not those that the checkpoint was measured with");
    }
  }
}
