/**
 * The trainer's metrics.
 *
 * <p>May import {@code io.plateau.service}.
 */
package io.plateau.trainer.metrics;
