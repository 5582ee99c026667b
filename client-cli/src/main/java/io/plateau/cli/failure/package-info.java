/** What a user sees when something goes wrong, and with which exit code the program ends. */
package io.plateau.cli.failure;
