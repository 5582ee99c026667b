/**
 * What the interpolator measures of itself.
 *
 * <p>May import io.plateau.service's metrics, jobs and database.
 */
package io.plateau.interpolator.metrics;
