/**
 * Checkpoint pairs: a catalogue in SQL over the manifests of the store, and the gRPC service in
 * front of both. The manifest is the truth; the catalogue can be made again from it.
 *
 * <p>May import {@code data} and {@code metrics} of the trainer, core and {@code
 * io.plateau.service}.
 */
package io.plateau.trainer.pair;
