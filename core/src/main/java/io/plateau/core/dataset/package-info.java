/**
 * Labelled samples: what they are, where they come from (bundled subsets, folders of IDX files,
 * safetensors) and the views taken of them. Imports {@code core.network} for shapes and {@code
 * core.safetensors}.
 */
package io.plateau.core.dataset;
