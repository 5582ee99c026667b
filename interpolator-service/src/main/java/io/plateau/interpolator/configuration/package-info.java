/**
 * The interpolator's settings.
 *
 * <p>May import io.plateau.service's configuration, bootstrap, database and logging.
 */
package io.plateau.interpolator.configuration;
