package io.plateau.interpolator.interpolation;

import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.plateau.proto.interpolator.v1.InterpolateRequest;
import io.plateau.proto.interpolator.v1.InterpolateResponse;
import io.plateau.proto.interpolator.v1.InterpolationServiceGrpc;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.PathSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A client of Interpolate that takes as many items as it is told to. */
final class Reader implements ClientResponseObserver<InterpolateRequest, InterpolateResponse> {
  private final List<PathItem> items = new ArrayList<>();
  private ClientCallStreamObserver<InterpolateRequest> call;
  private Throwable failure;
  private boolean ended;

  private Reader() {}

  /** Starts a call that has taken nothing yet. */
  static Reader start(ManagedChannel channel, PathSpec spec) {
    return start(InterpolationServiceGrpc.newStub(channel), spec);
  }

  static Reader withDeadline(ManagedChannel channel, PathSpec spec, long millis) {
    return start(
        InterpolationServiceGrpc.newStub(channel).withDeadlineAfter(millis, TimeUnit.MILLISECONDS),
        spec);
  }

  private static Reader start(
      InterpolationServiceGrpc.InterpolationServiceStub stub, PathSpec spec) {
    Reader reader = new Reader();
    stub.interpolate(InterpolateRequest.newBuilder().setSpec(spec).build(), reader);
    return reader;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<InterpolateRequest> started) {
    call = started;
    started.disableAutoRequestWithInitial(0);
  }

  /** Takes so many more items. */
  Reader take(int count) {
    call.request(count);
    return this;
  }

  void cancel() {
    call.cancel("the client has seen enough", null);
  }

  synchronized List<PathItem> items() {
    return List.copyOf(items);
  }

  synchronized boolean hasEnded() {
    return ended;
  }

  synchronized Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public synchronized void onNext(InterpolateResponse response) {
    items.add(response.getItem());
  }

  @Override
  public synchronized void onError(Throwable cause) {
    failure = cause;
    ended = true;
  }

  @Override
  public synchronized void onCompleted() {
    ended = true;
  }
}
