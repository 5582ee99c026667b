package io.plateau.core.path;

/**
 * What is measured beside loss, error and their classes.
 *
 * @param lastLayerSplit logits with and without the last bias; costs no pass
 * @param layerContributions loss and error with the bias of each layer, and all biases, at zero;
 *     costs passes
 */
public record Measurements(boolean lastLayerSplit, boolean layerContributions) {}
