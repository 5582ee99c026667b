/**
 * Paths between two points of parameter space and what is measured on them: schemes, alpha grids,
 * the tree of forward passes that answers a request, and its evaluation on a device. Imports
 * network, kernel and dataset.
 *
 * <p>Every scheme gives each tensor of layer h as c0 theta0 + c1 theta1 with coefficients that
 * depend on alpha, h and whether the tensor is a weight or a bias. Two requests with the same
 * coefficients up to layer h therefore share everything up to there, and a removed bias is the
 * coefficients (0, 0): {@link io.plateau.core.path.PassTree} finds what can be shared, and nothing
 * above it needs to know.
 */
package io.plateau.core.path;
