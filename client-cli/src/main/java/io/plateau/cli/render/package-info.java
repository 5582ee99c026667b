/**
 * How results look as text: one renderer for each output format (table, CSV, JSON, NDJSON) behind
 * {@link io.plateau.cli.render.ResultRenderer}, and plots for a terminal. It imports the contract's
 * messages and the option that names the formats, nothing else of Plateau.
 */
package io.plateau.cli.render;
