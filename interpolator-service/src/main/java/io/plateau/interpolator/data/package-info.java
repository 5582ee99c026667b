/**
 * The data of an evaluation: the pair's own or others, from the registry, kept in memory between
 * evaluations.
 *
 * <p>May import core's dataset, {@code pair}, {@code metrics}, io.plateau.service's errors and
 * translation and the contract.
 */
package io.plateau.interpolator.data;
