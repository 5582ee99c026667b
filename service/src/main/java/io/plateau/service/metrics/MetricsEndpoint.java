package io.plateau.service.metrics;

import com.sun.net.httpserver.HttpExchange;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * HTTP for Prometheus and for probes: {@code /metrics} (text, OpenMetrics with exemplars, or
 * protobuf with native histograms, as the client asks) and {@code /healthz} (200 while the server
 * serves, else 503).
 */
public final class MetricsEndpoint implements AutoCloseable {
  private final HTTPServer server;

  private MetricsEndpoint(HTTPServer server) {
    this.server = server;
  }

  /**
   * Listens at once.
   *
   * @param port 0 for any free one
   * @param serves whether the server can be called
   * @throws IOException where the address can't be had
   */
  public static MetricsEndpoint open(
      InetAddress address, int port, PrometheusRegistry registry, BooleanSupplier serves)
      throws IOException {
    return new MetricsEndpoint(
        HTTPServer.builder()
            .inetAddress(address)
            .port(port)
            .registry(registry)
            .registerHealthHandler(false)
            .defaultHandler(exchange -> answer(exchange, serves))
            .buildAndStart());
  }

  /** The port that is listened on. */
  public int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.close();
  }

  private static void answer(HttpExchange exchange, BooleanSupplier serves) throws IOException {
    try (exchange) {
      if (!exchange.getRequestURI().getPath().equals("/healthz")) {
        send(exchange, 404, "Plateau: /metrics and /healthz are here\n");
      } else if (serves.getAsBoolean()) {
        send(exchange, 200, "SERVING\n");
      } else {
        send(exchange, 503, "NOT_SERVING\n");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      try (OutputStream out = exchange.getResponseBody()) {
        out.write(body);
      }
    }
  }
}
