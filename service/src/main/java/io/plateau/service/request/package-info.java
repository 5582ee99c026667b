/**
 * What belongs to one call: its id, its deadline, and how both follow it into logs and other
 * threads.
 *
 * <p>May import gRPC and SLF4J; nothing else of ours.
 */
package io.plateau.service.request;
