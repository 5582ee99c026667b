package io.plateau.interpolator.path;

/**
 * What one request may ask for.
 *
 * @param alphas of a grid
 * @param points alphas times schemes
 * @param parameters of a network
 * @param deviceBytes device memory
 */
public record PathLimits(int alphas, int points, int parameters, long deviceBytes) {}
