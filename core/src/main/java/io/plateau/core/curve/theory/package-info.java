/**
 * Predictions drawn beside measured curves: where plateaus should start and end, and a lower bound
 * of the loss. All of it is derived in this project and none of it is a theorem of the paper;
 * {@link io.plateau.core.curve.theory.Origin} says so wherever it is shown. Imports {@code
 * io.plateau.core.curve} only.
 */
package io.plateau.core.curve.theory;
