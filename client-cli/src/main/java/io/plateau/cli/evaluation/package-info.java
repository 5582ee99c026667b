/**
 * Evaluates a pair directory in this process, with no service: core's engine and the contract's
 * messages.
 */
package io.plateau.cli.evaluation;
