/**
 * Tells probes and load balancers which services can be called: the standard gRPC health service.
 *
 * <p>May import gRPC; nothing of ours.
 */
package io.plateau.service.health;
