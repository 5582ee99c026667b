package io.plateau.service.health;

import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Health of a server and of each of its services. The server as a whole (the empty name) serves
 * while every service does. After {@link #shutDown} nothing serves any more, whatever is reported.
 */
public final class ServerHealth {
  private final HealthStatusManager manager = new HealthStatusManager();
  // Guarded by this.
  private final Map<String, Boolean> serving = new LinkedHashMap<>();
  private boolean started;
  private boolean shutDown;

  /** Nothing serves until {@link #start}. */
  public ServerHealth(Set<String> services) {
    services.forEach(service -> serving.put(service, true));
    publish();
  }

  /** The service to add to the server. */
  public BindableService healthService() {
    return manager.getHealthService();
  }

  /** Announces every service that was not reported as broken in the meantime. */
  public synchronized void start() {
    started = true;
    publish();
  }

  /**
   * Reports one service as able or unable to serve, as when its database is lost and found.
   *
   * @throws IllegalArgumentException for a service that the server doesn't have
   */
  public synchronized void report(String service, boolean serves) {
    if (serving.replace(service, serves) == null) {
      throw new IllegalArgumentException("No service " + service + " in " + serving.keySet());
    }
    publish();
  }

  /** Nothing serves from now on; watchers are told before the server stops to listen. */
  public synchronized void shutDown() {
    if (shutDown) {
      return;
    }
    shutDown = true;
    manager.enterTerminalState();
  }

  /** Whether the server as a whole serves. */
  public synchronized boolean serves() {
    return started && !shutDown && !serving.containsValue(false);
  }

  private synchronized void publish() {
    if (shutDown) {
      return;
    }
    serving.forEach((service, serves) -> manager.setStatus(service, status(started && serves)));
    manager.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status(serves()));
  }

  private static ServingStatus status(boolean serves) {
    return serves ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
  }
}
