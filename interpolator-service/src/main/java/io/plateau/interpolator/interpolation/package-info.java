/**
 * InterpolationService: plans, and paths evaluated while the caller waits.
 *
 * <p>May import {@code path}, {@code device}, {@code metrics}, io.plateau.service, the contract and
 * gRPC.
 */
package io.plateau.interpolator.interpolation;
