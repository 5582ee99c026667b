package io.plateau.interpolator.device;

import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.DeviceDescription;
import io.plateau.core.kernel.DeviceException;
import io.plateau.core.kernel.Precision;
import io.plateau.core.kernel.nd4j.Nd4jDevice;
import io.plateau.interpolator.configuration.DeviceChoice;
import io.plateau.service.configuration.ConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one device of this process, in every precision. Buffers belong to the device's thread. */
public final class ComputeDevice implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ComputeDevice.class);
  private static final Path NVIDIA_CONTROL = Path.of("/dev/nvidiactl");

  private final DeviceDescription description;
  private final Optional<String> fallback;
  private final Map<Precision, Device> devices;

  private ComputeDevice(
      DeviceDescription description, Optional<String> fallback, Map<Precision, Device> devices) {
    this.description = description;
    this.fallback = fallback;
    this.devices = devices;
  }

  /**
   * Opens what the build holds.
   *
   * @throws ConfigurationException if that is not what was chosen, or does not run here
   */
  public static ComputeDevice open(DeviceChoice choice) {
    return open(choice, Files.exists(NVIDIA_CONTROL));
  }

  /**
   * The same.
   *
   * @param gpuPresent whether the machine shows an NVIDIA GPU
   */
  static ComputeDevice open(DeviceChoice choice, boolean gpuPresent) {
    Map<Precision, Device> devices = new EnumMap<>(Precision.class);
    try {
      for (Precision precision : Precision.values()) {
        devices.put(precision, Nd4jDevice.open(precision));
      }
    } catch (DeviceException e) {
      throw new ConfigurationException("No device to compute on: " + e.getMessage(), e);
    }
    DeviceDescription description = devices.get(Precision.FLOAT32).description();
    requireChosen(choice, description);
    Optional<String> fallback = Optional.empty();
    if (choice == DeviceChoice.AUTO && gpuPresent && !description.kind().equals("cuda")) {
      fallback =
          Optional.of(
              "this machine has an NVIDIA GPU, but this build computes on the CPU ("
                  + description.backend()
                  + "); build with the profile cuda for GPUs of compute capability 3.7 to 8.6");
      LOG.warn("Computing on the CPU: {}", fallback.get());
    }
    return new ComputeDevice(description, fallback, devices);
  }

  private static void requireChosen(DeviceChoice choice, DeviceDescription description) {
    String wanted =
        switch (choice) {
          case AUTO -> description.kind();
          case CPU -> "cpu";
          case CUDA -> "cuda";
        };
    if (!description.kind().equals(wanted)) {
      throw new ConfigurationException(
          "interpolator.device = "
              + wanted
              + ", but this build computes on "
              + description.kind()
              + " ("
              + description.backend()
              + "). Build "
              + (wanted.equals("cuda") ? "with the profile cuda" : "without the profile cuda")
              + ", or set interpolator.device to auto.");
    }
  }

  /** What computes. */
  public DeviceDescription description() {
    return description;
  }

  /** The last part of its name, {@code devices/{id}}. */
  public String id() {
    return description.kind() + "-0";
  }

  /** Why this device and no better one; empty where there is nothing to say. */
  public Optional<String> fallback() {
    return fallback;
  }

  /** The device in one precision. */
  public Device in(Precision precision) {
    return devices.get(precision);
  }

  /** Bytes of buffers that are allocated now. */
  public long allocatedBytes() {
    return devices.values().stream().mapToLong(Device::allocatedBytes).sum();
  }

  @Override
  public void close() {
    devices.values().forEach(Device::close);
  }
}
