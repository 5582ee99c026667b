/**
 * Metrics: a catalogue of what is measured, instruments made from it, gRPC calls counted by a
 * stream tracer, and the HTTP endpoint that Prometheus scrapes. Micrometer's binders and the
 * product's own instruments share one registry per server.
 *
 * <p>May import {@code request}; nothing else of ours.
 */
package io.plateau.service.metrics;
