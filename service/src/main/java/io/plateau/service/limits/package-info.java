/**
 * What a server lets in: bounded queues and permits, and the limits of the transport.
 *
 * <p>May import {@code errors}, {@code request} and gRPC; nothing else of ours.
 */
package io.plateau.service.limits;
