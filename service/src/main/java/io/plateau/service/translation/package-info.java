/**
 * The one place where messages of the contract and records of core are mapped to each other, by
 * pure functions: {@code toCore} reads a message, fills in the contract's defaults and refuses what
 * this version can't do, naming the field; {@code toProto} writes one, leaving absent what is
 * undefined. {@link io.plateau.service.translation.CoreErrors} does the same for core's exceptions,
 * {@link io.plateau.service.translation.JobErrors} for those of jobs and their database.
 *
 * <p>May import {@code errors}, {@code jobs}, {@code database}, the contract and core. No other
 * package of this module imports core.
 */
package io.plateau.service.translation;
