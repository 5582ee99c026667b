package io.plateau.core.checkpoint;

import io.plateau.core.network.Parameters;

/**
 * A pair as read: its manifest and both ends.
 *
 * @param manifest what it is
 * @param initialization where the training started
 * @param minimizer where it ended
 */
public record CheckpointPair(Manifest manifest, Parameters initialization, Parameters minimizer) {}
