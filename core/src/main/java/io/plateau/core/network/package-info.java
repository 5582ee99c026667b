/**
 * What a network is, apart from its weights and from what executes it: the layer list, the shapes
 * that follow from it, the layout of its parameters and how they are drawn. Imports nothing else of
 * Plateau.
 */
package io.plateau.core.network;
