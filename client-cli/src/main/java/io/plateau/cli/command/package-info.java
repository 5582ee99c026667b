/**
 * One class a command: its options, what it asks of the services, what it prints. Data go to
 * standard output, all else to standard error.
 */
package io.plateau.cli.command;
