/**
 * What runs here, what it can do and what it allows.
 *
 * <p>May import core and {@code io.plateau.service}.
 */
package io.plateau.trainer.info;
