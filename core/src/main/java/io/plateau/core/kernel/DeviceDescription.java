package io.plateau.core.kernel;

/**
 * What computes.
 *
 * @param kind {@code cpu} or {@code cuda}
 * @param name processor or card
 * @param backend library and version
 * @param blas name of the BLAS library
 * @param threads threads of the linear algebra
 * @param memoryBytes bytes that buffers may take in all
 */
public record DeviceDescription(
    String kind, String name, String backend, String blas, int threads, long memoryBytes) {}
