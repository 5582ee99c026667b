/**
 * The interpolator: evaluates paths between checkpoints on one device, while callers wait or as
 * durable jobs.
 *
 * <p>May import io.plateau.core, io.plateau.service and the contract; never the trainer.
 */
package io.plateau.interpolator;
