/**
 * The trainer: a server that trains networks and keeps checkpoint pairs. {@link
 * io.plateau.trainer.TrainerServer} puts it together from its packages and may import all of them.
 */
package io.plateau.trainer;
