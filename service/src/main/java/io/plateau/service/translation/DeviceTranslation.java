package io.plateau.service.translation;

import io.plateau.core.kernel.DeviceDescription;
import io.plateau.proto.interpolator.v1.Device;
import io.plateau.proto.interpolator.v1.DeviceKind;
import io.plateau.proto.interpolator.v1.DeviceStatus;

/** Devices. */
public final class DeviceTranslation {
  private DeviceTranslation() {}

  /**
   * A device that takes work.
   *
   * @param id such as {@code cpu-0}
   * @param freeBytes memory that is not in use now
   */
  public static Device toProto(DeviceDescription device, String id, long freeBytes) {
    return Device.newBuilder()
        .setName("devices/" + id)
        .setKind(kind(device.kind()))
        .setModel(device.name())
        .setMemoryBytes(device.memoryBytes())
        .setFreeMemoryBytes(freeBytes)
        .setBackend(device.backend())
        .setStatus(DeviceStatus.DEVICE_STATUS_READY)
        .setThreads(device.threads())
        .build();
  }

  private static DeviceKind kind(String kind) {
    return switch (kind) {
      case "cpu" -> DeviceKind.DEVICE_KIND_CPU;
      case "cuda" -> DeviceKind.DEVICE_KIND_CUDA;
      default -> throw new IllegalArgumentException("no message for a device of kind " + kind);
    };
  }
}
