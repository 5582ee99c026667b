package io.plateau.core.checkpoint;

/**
 * One stored point of parameter space: what it gives on the pair's data set, and its file.
 *
 * @param loss mean cross-entropy, natural logarithm; NaN or infinite if the network diverged
 * @param error share of samples misread, 0 to 1
 * @param bytes size of the safetensors file
 * @param sha256 of the file, 64 lower-case hex digits
 */
public record StoredEnd(double loss, double error, long bytes, String sha256) {}
