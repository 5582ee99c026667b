package io.plateau.service.bootstrap;

import io.plateau.service.configuration.Configuration;
import io.plateau.service.configuration.ConfigurationException;
import io.plateau.service.configuration.ConfigurationKey;
import io.plateau.service.limits.TransportLimits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * How one server listens, what it lets in and how it ends.
 *
 * @param name of the server, {@code trainer} or {@code interpolator}; also the section of its keys
 * @param address that gRPC listens on
 * @param port of gRPC; 0 for any free one
 * @param metricsAddress that HTTP listens on
 * @param metricsPort of HTTP; 0 for any free one
 * @param allowInsecure whether other machines may reach a server without transport security
 * @param callThreads threads that run service methods
 * @param maxCalls calls at a time
 * @param transport limits of each connection
 * @param shutdownDelay time between reporting NOT_SERVING and refusing calls
 * @param shutdownGrace how long running work may go on at shutdown
 */
public record ServerSettings(
    String name,
    InetAddress address,
    int port,
    InetAddress metricsAddress,
    int metricsPort,
    boolean allowInsecure,
    int callThreads,
    int maxCalls,
    TransportLimits transport,
    Duration shutdownDelay,
    Duration shutdownGrace) {

  /**
   * Reads the settings.
   *
   * @throws ConfigurationException where a host's name has no address
   */
  public static ServerSettings of(ServerKeys keys, Configuration configuration) {
    return new ServerSettings(
        keys.section(),
        resolve(configuration, keys.host()),
        configuration.get(keys.port()),
        resolve(configuration, keys.metricsHost()),
        configuration.get(keys.metricsPort()),
        configuration.get(ServerKeys.ALLOW_INSECURE),
        configuration.get(ServerKeys.CALL_THREADS),
        configuration.get(ServerKeys.MAX_CALLS),
        new TransportLimits(
            Math.toIntExact(configuration.get(ServerKeys.MAX_MESSAGE_SIZE)),
            Math.toIntExact(configuration.get(ServerKeys.MAX_METADATA_SIZE)),
            configuration.get(ServerKeys.MAX_CALLS_PER_CONNECTION),
            configuration.get(ServerKeys.KEEPALIVE_TIME),
            configuration.get(ServerKeys.KEEPALIVE_TIMEOUT),
            configuration.get(ServerKeys.KEEPALIVE_PERMIT_TIME),
            configuration.get(ServerKeys.CONNECTION_IDLE),
            configuration.get(ServerKeys.CONNECTION_AGE),
            configuration.get(ServerKeys.CONNECTION_AGE_GRACE)),
        configuration.get(ServerKeys.SHUTDOWN_DELAY),
        configuration.get(ServerKeys.SHUTDOWN_GRACE));
  }

  private static InetAddress resolve(Configuration configuration, ConfigurationKey<String> key) {
    try {
      return InetAddress.getByName(configuration.get(key));
    } catch (UnknownHostException unknown) {
      throw new ConfigurationException(
          configuration.describe(key) + ": no address is known for that name.", unknown);
    }
  }
}
