/**
 * Options that several commands share, and the short forms in which users write schemes, grids and
 * data.
 */
package io.plateau.cli.option;
