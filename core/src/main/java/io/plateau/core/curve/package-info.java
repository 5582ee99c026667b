/**
 * Curves of loss and error along a path, and what is read off them: monotonicity, convexity,
 * barriers and plateaus. All in float64, with straight lines between the points. Imports nothing
 * else of Plateau.
 */
package io.plateau.core.curve;
