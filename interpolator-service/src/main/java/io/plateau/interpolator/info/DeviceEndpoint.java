package io.plateau.interpolator.info;

import io.grpc.stub.StreamObserver;
import io.plateau.core.kernel.DeviceDescription;
import io.plateau.interpolator.device.ComputeDevice;
import io.plateau.interpolator.device.DeviceQueue;
import io.plateau.interpolator.device.DeviceSpeed;
import io.plateau.proto.interpolator.v1.Device;
import io.plateau.proto.interpolator.v1.DeviceServiceGrpc;
import io.plateau.proto.interpolator.v1.GetDeviceRequest;
import io.plateau.proto.interpolator.v1.GetDeviceResponse;
import io.plateau.proto.interpolator.v1.ListDevicesRequest;
import io.plateau.proto.interpolator.v1.ListDevicesResponse;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.translation.DeviceTranslation;
import io.plateau.service.translation.TimeTranslation;

/** The gRPC service that tells what computes and what waits for it. */
public final class DeviceEndpoint extends DeviceServiceGrpc.DeviceServiceImplBase {
  private final ComputeDevice device;
  private final DeviceQueue queue;
  private final DeviceSpeed speed;
  private final int queueLength;

  /**
   * @param queueLength calls that may wait
   */
  public DeviceEndpoint(
      ComputeDevice device, DeviceQueue queue, DeviceSpeed speed, int queueLength) {
    this.device = device;
    this.queue = queue;
    this.speed = speed;
    this.queueLength = queueLength;
  }

  @Override
  public void getDevice(GetDeviceRequest request, StreamObserver<GetDeviceResponse> observer) {
    Device described = describe();
    if (!request.getName().equals(described.getName())) {
      throw PlateauException.builder(
              Reason.DEVICE_NOT_FOUND,
              request.getName() + " is not a device of this server; it has " + described.getName())
          .metadata("name", request.getName())
          .build();
    }
    observer.onNext(GetDeviceResponse.newBuilder().setDevice(described).build());
    observer.onCompleted();
  }

  @Override
  public void listDevices(
      ListDevicesRequest request, StreamObserver<ListDevicesResponse> observer) {
    if (!request.getPageToken().isEmpty()) {
      throw PlateauException.of(
          Reason.PAGE_TOKEN_INVALID, "page_token: this list has one page; leave the token empty");
    }
    observer.onNext(ListDevicesResponse.newBuilder().addDevices(describe()).build());
    observer.onCompleted();
  }

  private Device describe() {
    DeviceDescription description = device.description();
    Device.Builder message =
        DeviceTranslation.toProto(
                description, device.id(), queue.memoryBytes() - queue.reservedBytes())
            .toBuilder()
            .setMemoryBytes(queue.memoryBytes())
            .setBackend(description.backend() + ", " + description.blas());
    message
        .getQueueBuilder()
        .setRunning(queue.running())
        .setWaiting(queue.waiting())
        .setCapacity(queueLength)
        .setPendingAlphaPoints(queue.pendingPoints());
    speed
        .timeOf(queue.pendingOperations())
        .ifPresent(
            time -> message.getQueueBuilder().setEstimatedWait(TimeTranslation.toProto(time)));
    return message.build();
  }
}
