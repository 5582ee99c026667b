package io.plateau.service.limits;

import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What one connection may do.
 *
 * @param maxMessageBytes largest request message
 * @param maxMetadataBytes largest header list
 * @param maxCallsPerConnection calls at a time on one connection; more wait at the client
 * @param keepAliveTime silence after which the server asks whether the client is still there
 * @param keepAliveTimeout how long it waits for the answer before it drops the connection
 * @param permitKeepAliveTime a client that pings more often than this is dropped
 * @param maxConnectionIdle a connection without calls is closed after this; zero for never
 * @param maxConnectionAge a connection is asked to end after this, so that load spreads over
 *     replicas
 * @param maxConnectionAgeGrace how long its calls may go on then
 */
public record TransportLimits(
    int maxMessageBytes,
    int maxMetadataBytes,
    int maxCallsPerConnection,
    Duration keepAliveTime,
    Duration keepAliveTimeout,
    Duration permitKeepAliveTime,
    Duration maxConnectionIdle,
    Duration maxConnectionAge,
    Duration maxConnectionAgeGrace) {
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(20);

  /** Sets the limits on a server that is being built. */
  public void applyTo(NettyServerBuilder server) {
    server
        .maxInboundMessageSize(maxMessageBytes)
        .maxInboundMetadataSize(maxMetadataBytes)
        .maxConcurrentCallsPerConnection(maxCallsPerConnection)
        .keepAliveTime(keepAliveTime.toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(keepAliveTimeout.toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveTime(permitKeepAliveTime.toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveWithoutCalls(true)
        .handshakeTimeout(HANDSHAKE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    if (!maxConnectionIdle.isZero()) {
      server.maxConnectionIdle(maxConnectionIdle.toMillis(), TimeUnit.MILLISECONDS);
    }
    if (!maxConnectionAge.isZero()) {
      server
          .maxConnectionAge(maxConnectionAge.toMillis(), TimeUnit.MILLISECONDS)
          .maxConnectionAgeGrace(maxConnectionAgeGrace.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
