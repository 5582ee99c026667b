/**
 * A path from request to summary: planned against this server's limits, then evaluated in turns on
 * the device, its ends checked, its curves summed up. Knows nothing of who reads the items.
 *
 * <p>May import core, {@code pair}, {@code data}, {@code device}, {@code metrics},
 * io.plateau.service's errors and translation and the contract.
 */
package io.plateau.interpolator.path;
