/**
 * Trainings: what a request asks for, resolved; the durable job that does it; and the gRPC service
 * in front of both.
 *
 * <p>May import {@code data}, {@code pair} and {@code metrics} of the trainer, core and {@code
 * io.plateau.service}.
 */
package io.plateau.trainer.training;
