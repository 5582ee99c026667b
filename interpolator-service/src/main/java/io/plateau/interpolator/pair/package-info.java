/**
 * The ends of a path: found in the trainer's catalogue over gRPC, with a cache of checkpoints named
 * by their digests, or in a folder below a configured root.
 *
 * <p>May import core's checkpoint, network, dataset and file, {@code metrics}, io.plateau.service's
 * errors and translation, the contract and gRPC.
 */
package io.plateau.interpolator.pair;
