/**
 * Puts a server together from the other packages: transport, interceptors in their order, health,
 * reflection, metrics endpoint, and the steps of a graceful shutdown.
 *
 * <p>May import every package of this module but {@code database} and {@code jobs}, which servers
 * hand in as shutdown steps.
 */
package io.plateau.service.bootstrap;
