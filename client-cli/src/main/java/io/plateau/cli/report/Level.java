package io.plateau.cli.report;

/**
 * A faint horizontal line.
 *
 * @param value where it stands
 * @param label what it is
 * @param style the style of the curve that it belongs to; negative: of none
 */
record Level(double value, String label, int style) {}
