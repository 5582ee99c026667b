/**
 * What runs here: the program, its limits and its device.
 *
 * <p>May import {@code device}, core, io.plateau.service and the contract.
 */
package io.plateau.interpolator.info;
