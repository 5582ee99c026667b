/**
 * How results look as text: tables, CSV, JSON, NDJSON and plots for a terminal. It imports the
 * contract's messages and nothing else of Plateau.
 */
package io.plateau.cli.render;
