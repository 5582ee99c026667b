package io.plateau.interpolator.interpolation;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.plateau.interpolator.device.DeviceQueue;
import io.plateau.interpolator.path.PathHistory;
import io.plateau.interpolator.path.PathPlanner;
import io.plateau.interpolator.path.PathWork;
import io.plateau.interpolator.path.PlannedPath;
import io.plateau.proto.interpolator.v1.InterpolateRequest;
import io.plateau.proto.interpolator.v1.InterpolateResponse;
import io.plateau.proto.interpolator.v1.InterpolationServiceGrpc;
import io.plateau.proto.interpolator.v1.PlanRequest;
import io.plateau.proto.interpolator.v1.PlanResponse;
import io.plateau.service.limits.AdmissionControl;
import io.plateau.service.limits.BoundedExecutor;
import io.plateau.service.streaming.FlowControlledStream;
import io.plateau.service.streaming.OpenStreams;
import io.plateau.service.streaming.ShutdownPolicy;
import io.plateau.service.translation.RequestField;

/** The gRPC service that evaluates paths while the caller waits. */
public final class InterpolationEndpoint
    extends InterpolationServiceGrpc.InterpolationServiceImplBase {
  private static final RequestField SPEC = new RequestField("spec");
  // Turns whose items may wait for the caller: enough to keep the connection busy.
  private static final int TURNS_AHEAD = 2;

  private final PathPlanner planner;
  private final DeviceQueue queue;
  private final AdmissionControl places;
  private final BoundedExecutor preparation;
  private final OpenStreams streams;
  private final PathWork.Surroundings surroundings;

  /**
   * @param places of evaluations that run or wait
   * @param preparation threads that find ends and data
   */
  public InterpolationEndpoint(
      PathPlanner planner,
      DeviceQueue queue,
      AdmissionControl places,
      BoundedExecutor preparation,
      OpenStreams streams,
      PathWork.Surroundings surroundings) {
    this.planner = planner;
    this.queue = queue;
    this.places = places;
    this.preparation = preparation;
    this.streams = streams;
    this.surroundings = surroundings;
  }

  @Override
  public void plan(PlanRequest request, StreamObserver<PlanResponse> observer) {
    preparation.execute(
        () -> {
          PlanResponse response;
          try {
            response =
                PlanResponse.newBuilder()
                    .setPlan(planner.plan(request.getSpec(), SPEC).plan())
                    .build();
          } catch (RuntimeException | OutOfMemoryError e) {
            observer.onError(e);
            return;
          }
          if (!Context.current().isCancelled()) {
            observer.onNext(response);
            observer.onCompleted();
          }
        });
  }

  @Override
  public void interpolate(
      InterpolateRequest request, StreamObserver<InterpolateResponse> observer) {
    AdmissionControl.Permit permit = places.admit();
    FlowControlledStream<InterpolateResponse> stream;
    try {
      int items = Math.max(1, request.getSpec().getSchemesCount()) + PathWork.ITEMS_BESIDE_POINTS;
      stream =
          streams.open(
              observer,
              TURNS_AHEAD * items,
              ShutdownPolicy.FINISH_WITHIN_GRACE,
              surroundings.metrics()::streamBlocked);
    } catch (RuntimeException e) {
      permit.close();
      throw e;
    }
    try {
      preparation.execute(() -> start(request, stream, permit));
    } catch (RuntimeException e) {
      permit.close();
      stream.fail(e);
    }
  }

  private void start(
      InterpolateRequest request,
      FlowControlledStream<InterpolateResponse> stream,
      AdmissionControl.Permit permit) {
    StreamSink sink = new StreamSink(stream, surroundings.metrics());
    DeviceQueue.Ticket ticket;
    try {
      if (stream.isStopped()) {
        permit.close();
        return;
      }
      PlannedPath path = planner.plan(request.getSpec(), SPEC);
      PathWork work = new PathWork(path, PathHistory.none(), sink, surroundings, permit::close);
      work.begin();
      path.fetch(stream::isStopped);
      ticket = queue.submit(work);
    } catch (RuntimeException | OutOfMemoryError e) {
      permit.close();
      stream.fail(e);
      return;
    }
    stream.onStop(ticket::stop);
  }
}
