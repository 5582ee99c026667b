/**
 * The trainer's settings: every key, and their values in the terms of the other packages.
 *
 * <p>May import {@code io.plateau.service}.
 */
package io.plateau.trainer.configuration;
