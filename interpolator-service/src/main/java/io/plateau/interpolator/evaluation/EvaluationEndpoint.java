package io.plateau.interpolator.evaluation;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.plateau.interpolator.path.PathPlanner;
import io.plateau.proto.common.v1.EndRef;
import io.plateau.proto.common.v1.PathEnds;
import io.plateau.proto.interpolator.v1.CancelEvaluationRequest;
import io.plateau.proto.interpolator.v1.CancelEvaluationResponse;
import io.plateau.proto.interpolator.v1.CreateEvaluationRequest;
import io.plateau.proto.interpolator.v1.CreateEvaluationResponse;
import io.plateau.proto.interpolator.v1.DeleteEvaluationRequest;
import io.plateau.proto.interpolator.v1.DeleteEvaluationResponse;
import io.plateau.proto.interpolator.v1.Evaluation;
import io.plateau.proto.interpolator.v1.EvaluationServiceGrpc;
import io.plateau.proto.interpolator.v1.GetCurveRequest;
import io.plateau.proto.interpolator.v1.GetCurveResponse;
import io.plateau.proto.interpolator.v1.GetEvaluationRequest;
import io.plateau.proto.interpolator.v1.GetEvaluationResponse;
import io.plateau.proto.interpolator.v1.ListEvaluationsRequest;
import io.plateau.proto.interpolator.v1.ListEvaluationsResponse;
import io.plateau.proto.interpolator.v1.Plan;
import io.plateau.proto.interpolator.v1.WatchEvaluationRequest;
import io.plateau.proto.interpolator.v1.WatchEvaluationResponse;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.jobs.Job;
import io.plateau.service.jobs.JobRequest;
import io.plateau.service.jobs.JobState;
import io.plateau.service.jobs.JobStore;
import io.plateau.service.limits.BoundedExecutor;
import io.plateau.service.translation.RequestField;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The gRPC service of durable evaluations. */
final class EvaluationEndpoint extends EvaluationServiceGrpc.EvaluationServiceImplBase {
  private static final RequestField SPEC = new RequestField("spec");

  private final JobStore jobs;
  private final StoredItems items;
  private final PathPlanner planner;
  private final BoundedExecutor preparation;
  private final EvaluationWatches watches;
  private final EvaluationLists lists;
  private final CurvePages curves;

  EvaluationEndpoint(
      JobStore jobs,
      StoredItems items,
      PathPlanner planner,
      BoundedExecutor preparation,
      EvaluationWatches watches) {
    this.jobs = jobs;
    this.items = items;
    this.planner = planner;
    this.preparation = preparation;
    this.watches = watches;
    this.lists = new EvaluationLists(jobs, items);
    this.curves = new CurvePages(jobs, items);
  }

  @Override
  public void createEvaluation(
      CreateEvaluationRequest request, StreamObserver<CreateEvaluationResponse> observer) {
    if (request.getEvaluationId().endsWith("-")) {
      throw PlateauException.invalid("evaluation_id", "must not end in a hyphen");
    }
    // Ends and data may have to be read.
    preparation.execute(
        () -> {
          Evaluation evaluation;
          try {
            evaluation = create(request);
          } catch (RuntimeException | OutOfMemoryError e) {
            observer.onError(e);
            return;
          }
          if (!Context.current().isCancelled()) {
            answer(
                observer, CreateEvaluationResponse.newBuilder().setEvaluation(evaluation).build());
          }
        });
  }

  private Evaluation create(CreateEvaluationRequest request) {
    boolean repeated =
        !request.getValidateOnly()
            && !request.getRequestId().isEmpty()
            && jobs.findByRequestId(request.getRequestId()).isPresent();
    // A repeated request is answered though its pair may be gone by now.
    Optional<Plan> plan =
        repeated ? Optional.empty() : Optional.of(planner.plan(request.getSpec(), SPEC).plan());
    if (request.getValidateOnly()) {
      return EvaluationMessages.preview(request, plan.orElseThrow());
    }
    Map<String, String> labels = new HashMap<>(request.getLabelsMap());
    pair(request.getSpec().getEnds())
        .ifPresent(pair -> labels.put(EvaluationMessages.PAIR_LABEL, pair));
    JobRequest asked =
        JobRequest.of(content(request))
            .withRequestId(request.getRequestId())
            .withPriority(request.getPriority())
            .withLabels(labels);
    return full(jobs.create(request.getEvaluationId(), asked, (handle, job) -> {}));
  }

  /** The pair that an evaluation is listed under: the second end's, else the first's. */
  private static Optional<String> pair(PathEnds ends) {
    EndRef second = ends.hasSecond() ? ends.getSecond() : ends.getFirst();
    if (second.hasPair()) {
      return Optional.of(second.getPair().getName());
    }
    return ends.getFirst().hasPair()
        ? Optional.of(ends.getFirst().getPair().getName())
        : Optional.empty();
  }

  /** What makes two requests the same, and what the job keeps. */
  private static ByteString content(CreateEvaluationRequest request) {
    return deterministic(
        request.toBuilder().clearRequestId().clearLabels().clearPriority().build());
  }

  private static ByteString deterministic(Message message) {
    ByteString.Output bytes = ByteString.newOutput(message.getSerializedSize());
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.useDeterministicSerialization();
    try {
      message.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException("memory can be written", e);
    }
    return bytes.toByteString();
  }

  @Override
  public void getEvaluation(
      GetEvaluationRequest request, StreamObserver<GetEvaluationResponse> observer) {
    Job job = jobs.get(EvaluationMessages.id(request.getName()));
    answer(observer, GetEvaluationResponse.newBuilder().setEvaluation(full(job)).build());
  }

  @Override
  public void listEvaluations(
      ListEvaluationsRequest request, StreamObserver<ListEvaluationsResponse> observer) {
    answer(observer, lists.list(request));
  }

  @Override
  public void watchEvaluation(
      WatchEvaluationRequest request, StreamObserver<WatchEvaluationResponse> observer) {
    watches.open(EvaluationMessages.id(request.getName()), request.getAfterSequence(), observer);
  }

  @Override
  public void cancelEvaluation(
      CancelEvaluationRequest request, StreamObserver<CancelEvaluationResponse> observer) {
    Job job = jobs.cancel(EvaluationMessages.id(request.getName()), request.getEtag());
    if (job.state().isFinal() && job.state() != JobState.CANCELLED) {
      throw PlateauException.builder(
              Reason.STATE_CONFLICT,
              "The evaluation '" + job.id() + "' has ended already: it is " + job.state() + ".")
          .metadata("name", request.getName())
          .metadata("state", job.state())
          .build();
    }
    answer(observer, CancelEvaluationResponse.newBuilder().setEvaluation(full(job)).build());
  }

  @Override
  public void deleteEvaluation(
      DeleteEvaluationRequest request, StreamObserver<DeleteEvaluationResponse> observer) {
    jobs.delete(EvaluationMessages.id(request.getName()), request.getEtag());
    answer(observer, DeleteEvaluationResponse.getDefaultInstance());
  }

  @Override
  public void getCurve(GetCurveRequest request, StreamObserver<GetCurveResponse> observer) {
    answer(observer, curves.get(request));
  }

  private Evaluation full(Job job) {
    Evaluation.Builder evaluation =
        EvaluationMessages.brief(job, items.lastSequence(job)).toBuilder();
    items.plan(job.id()).ifPresent(evaluation::setPlan);
    if (job.state() == JobState.SUCCEEDED) {
      job.result().map(EvaluationMessages::summary).ifPresent(evaluation::setSummary);
    }
    return evaluation.build();
  }

  private static <M> void answer(StreamObserver<M> observer, M message) {
    observer.onNext(message);
    observer.onCompleted();
  }
}
