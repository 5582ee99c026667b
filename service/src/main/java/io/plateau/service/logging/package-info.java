/**
 * Log lines of a server process: as text for people or as JSON for collectors, on standard error.
 *
 * <p>May import {@code configuration} and {@code request}; nothing else of ours.
 */
package io.plateau.service.logging;
