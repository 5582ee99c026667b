/**
 * What the interpolator measures of itself.
 *
 * <p>May import io.plateau.service.metrics.
 */
package io.plateau.interpolator.metrics;
