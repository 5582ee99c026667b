/**
 * The HTML report: one self-contained file with figures that read without JavaScript and without a
 * network. It imports the contract's messages and {@code io.plateau.cli.render} for names and
 * numbers.
 */
package io.plateau.cli.report;
