package io.plateau.service.bootstrap;

import io.plateau.service.configuration.ConfigurationKey;
import java.time.Duration;
import java.util.List;

/**
 * The keys of the parts that every server has. Addresses are each server's own ({@code
 * trainer.port}); {@code server.*} is shared, so that one file can serve both.
 */
public final class ServerKeys {
  static final ConfigurationKey<Boolean> ALLOW_INSECURE =
      ConfigurationKey.flag(
          "server.allow-insecure",
          false,
          "Lets a server without transport security listen on an address that other machines reach.");
  static final ConfigurationKey<Integer> CALL_THREADS =
      ConfigurationKey.integer(
          "server.call-threads", 16, 2, 1024, "Threads that run the methods of services.");
  static final ConfigurationKey<Integer> MAX_CALLS =
      ConfigurationKey.integer(
          "server.max-calls",
          512,
          1,
          100_000,
          "Calls at a time, open streams included; more are refused with RESOURCE_EXHAUSTED.");
  static final ConfigurationKey<Integer> MAX_CALLS_PER_CONNECTION =
      ConfigurationKey.integer(
          "server.max-calls-per-connection",
          128,
          1,
          100_000,
          "Calls at a time on one connection; more wait at the client.");
  static final ConfigurationKey<Long> MAX_MESSAGE_SIZE =
      ConfigurationKey.bytes(
          "server.max-message-size", 4L << 20, 64L << 10, 256L << 20, "Largest request message.");
  static final ConfigurationKey<Long> MAX_METADATA_SIZE =
      ConfigurationKey.bytes(
          "server.max-metadata-size", 8L << 10, 1L << 10, 1L << 20, "Largest request metadata.");
  static final ConfigurationKey<Duration> KEEPALIVE_TIME =
      ConfigurationKey.duration(
          "server.keepalive-time",
          Duration.ofMinutes(2),
          Duration.ofSeconds(1),
          Duration.ofDays(1),
          "Silence of a connection after which the server asks whether the client is there.");
  static final ConfigurationKey<Duration> KEEPALIVE_TIMEOUT =
      ConfigurationKey.duration(
          "server.keepalive-timeout",
          Duration.ofSeconds(20),
          Duration.ofMillis(500),
          Duration.ofHours(1),
          "How long the server waits for the answer before it drops the connection.");
  static final ConfigurationKey<Duration> KEEPALIVE_PERMIT_TIME =
      ConfigurationKey.duration(
          "server.keepalive-permit-time",
          Duration.ofSeconds(20),
          Duration.ofMillis(500),
          Duration.ofDays(1),
          "Clients that ping more often than this are disconnected.");
  static final ConfigurationKey<Duration> CONNECTION_IDLE =
      ConfigurationKey.duration(
          "server.connection-idle",
          Duration.ofMinutes(30),
          Duration.ZERO,
          Duration.ofDays(365),
          "A connection without calls is closed after this; 0s for never.");
  static final ConfigurationKey<Duration> CONNECTION_AGE =
      ConfigurationKey.duration(
          "server.connection-age",
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofDays(365),
          "A connection takes no new calls after this, so that load spreads over replicas; 0s for"
              + " never.");
  static final ConfigurationKey<Duration> CONNECTION_AGE_GRACE =
      ConfigurationKey.duration(
          "server.connection-age-grace",
          Duration.ofHours(1),
          Duration.ZERO,
          Duration.ofDays(365),
          "How long the calls of such a connection may go on.");
  static final ConfigurationKey<Duration> SHUTDOWN_DELAY =
      ConfigurationKey.duration(
          "server.shutdown-delay",
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofMinutes(10),
          "Time between reporting NOT_SERVING and refusing calls, for load balancers to notice.");
  static final ConfigurationKey<Duration> SHUTDOWN_GRACE =
      ConfigurationKey.duration(
          "server.shutdown-grace",
          Duration.ofSeconds(20),
          Duration.ZERO,
          Duration.ofHours(1),
          "How long running calls and jobs may go on at shutdown before they are ended.");

  private final String section;
  private final ConfigurationKey<String> host;
  private final ConfigurationKey<Integer> port;
  private final ConfigurationKey<String> metricsHost;
  private final ConfigurationKey<Integer> metricsPort;

  /**
   * @param section name of the server, {@code trainer} or {@code interpolator}
   * @param defaultPort of gRPC
   * @param defaultMetricsPort of HTTP
   */
  public ServerKeys(String section, int defaultPort, int defaultMetricsPort) {
    this.section = section;
    host =
        ConfigurationKey.text(
            section + ".host",
            "127.0.0.1",
            "Name or address that gRPC listens on; 0.0.0.0 for every address of the machine.");
    port =
        ConfigurationKey.integer(
            section + ".port", defaultPort, 0, 65_535, "Port of gRPC; 0 for any free one.");
    metricsHost =
        ConfigurationKey.text(
            section + ".metrics-host",
            "127.0.0.1",
            "Name or address that /metrics and /healthz listen on. They have no authentication.");
    metricsPort =
        ConfigurationKey.integer(
            section + ".metrics-port",
            defaultMetricsPort,
            0,
            65_535,
            "Port of /metrics and /healthz; 0 for any free one.");
  }

  /** All keys, in the order of the documentation. */
  public List<ConfigurationKey<?>> all() {
    return List.of(
        host,
        port,
        metricsHost,
        metricsPort,
        ALLOW_INSECURE,
        CALL_THREADS,
        MAX_CALLS,
        MAX_CALLS_PER_CONNECTION,
        MAX_MESSAGE_SIZE,
        MAX_METADATA_SIZE,
        KEEPALIVE_TIME,
        KEEPALIVE_TIMEOUT,
        KEEPALIVE_PERMIT_TIME,
        CONNECTION_IDLE,
        CONNECTION_AGE,
        CONNECTION_AGE_GRACE,
        SHUTDOWN_DELAY,
        SHUTDOWN_GRACE);
  }

  public String section() {
    return section;
  }

  public ConfigurationKey<String> host() {
    return host;
  }

  public ConfigurationKey<Integer> port() {
    return port;
  }

  public ConfigurationKey<String> metricsHost() {
    return metricsHost;
  }

  public ConfigurationKey<Integer> metricsPort() {
    return metricsPort;
  }
}
