package io.plateau.core.checkpoint;

import io.plateau.core.file.Sha256;

/**
 * One stored point of parameter space: what it gives on the pair's data set, and its file.
 *
 * @param loss mean cross-entropy, natural logarithm; NaN or infinite if the network diverged
 * @param error share of samples misread, 0 to 1
 * @param bytes size of the safetensors file
 * @param sha256 of the file, 64 lower-case hex digits
 */
public record StoredEnd(double loss, double error, long bytes, String sha256) {
  /** Checks the ranges. */
  public StoredEnd {
    CheckpointException.require(
        error >= 0 && error <= 1, "error", () -> error + " is outside 0..1");
    CheckpointException.require(bytes > 0, "bytes", () -> bytes + " is below 1");
    CheckpointException.require(
        Sha256.isHex(sha256), "sha256", () -> "is not 64 lower-case hex digits");
  }
}
