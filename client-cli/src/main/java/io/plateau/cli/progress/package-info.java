/** Progress on standard error, on a terminal only. */
package io.plateau.cli.progress;
