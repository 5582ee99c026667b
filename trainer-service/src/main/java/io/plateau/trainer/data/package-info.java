/**
 * Opens data sets for trainings and pairs, each once as long as memory lasts.
 *
 * <p>May import core's data sets and {@code io.plateau.service.translation}.
 */
package io.plateau.trainer.data;
