/** The command line: where a run of {@code plateau} begins. Imports its own subpackages. */
package io.plateau.cli;
