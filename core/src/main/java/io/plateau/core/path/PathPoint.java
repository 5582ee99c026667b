package io.plateau.core.path;

import java.util.Optional;

/**
 * What was measured at one alpha under one scheme.
 *
 * @param scheme index of the scheme in the request
 * @param alpha where on the path
 * @param classification loss and error
 * @param lastLayerSplit if asked for and the last layer has a bias
 * @param contributions if asked for
 */
public record PathPoint(
    int scheme,
    double alpha,
    Classification classification,
    Optional<LastLayerSplit> lastLayerSplit,
    Optional<BiasContributions> contributions) {}
