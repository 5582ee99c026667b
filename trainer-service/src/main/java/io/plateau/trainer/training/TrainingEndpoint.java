package io.plateau.trainer.training;

import com.google.protobuf.ByteString;
import io.grpc.stub.StreamObserver;
import io.plateau.core.checkpoint.CheckpointStore;
import io.plateau.proto.trainer.v1.CancelTrainingRequest;
import io.plateau.proto.trainer.v1.CancelTrainingResponse;
import io.plateau.proto.trainer.v1.CreateTrainingRequest;
import io.plateau.proto.trainer.v1.CreateTrainingResponse;
import io.plateau.proto.trainer.v1.DeleteTrainingRequest;
import io.plateau.proto.trainer.v1.DeleteTrainingResponse;
import io.plateau.proto.trainer.v1.GetTrainingRequest;
import io.plateau.proto.trainer.v1.GetTrainingResponse;
import io.plateau.proto.trainer.v1.ListTrainingsRequest;
import io.plateau.proto.trainer.v1.ListTrainingsResponse;
import io.plateau.proto.trainer.v1.ResumeTrainingRequest;
import io.plateau.proto.trainer.v1.ResumeTrainingResponse;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingServiceGrpc;
import io.plateau.proto.trainer.v1.WatchTrainingRequest;
import io.plateau.proto.trainer.v1.WatchTrainingResponse;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.jobs.Job;
import io.plateau.service.jobs.JobRequest;
import io.plateau.service.jobs.JobState;
import io.plateau.service.jobs.JobStore;
import io.plateau.service.translation.RequestField;
import java.util.Optional;

/** The gRPC service of trainings. */
final class TrainingEndpoint extends TrainingServiceGrpc.TrainingServiceImplBase {
  private final JobStore jobs;
  private final TrainingTable table;
  private final TrainingResolver resolver;
  private final TrainingWatches watches;
  private final TrainingLists lists;
  private final CheckpointStore store;

  TrainingEndpoint(
      JobStore jobs,
      TrainingTable table,
      TrainingResolver resolver,
      TrainingWatches watches,
      TrainingLists lists,
      CheckpointStore store) {
    this.jobs = jobs;
    this.table = table;
    this.resolver = resolver;
    this.watches = watches;
    this.lists = lists;
    this.store = store;
  }

  @Override
  public void createTraining(
      CreateTrainingRequest request, StreamObserver<CreateTrainingResponse> observer) {
    Training training = request.getValidateOnly() ? preview(request) : training(create(request));
    answer(observer, CreateTrainingResponse.newBuilder().setTraining(training).build());
  }

  private Training preview(CreateTrainingRequest request) {
    refuseTaken(request.getTrainingId());
    return TrainingMessages.preview(request, resolve(request));
  }

  private Job create(CreateTrainingRequest request) {
    JobRequest asked =
        JobRequest.of(content(request))
            .withRequestId(request.getRequestId())
            .withPriority(request.getPriority())
            .withLabels(request.getLabelsMap());
    boolean repeated =
        !request.getRequestId().isEmpty()
            && jobs.findByRequestId(request.getRequestId()).isPresent();
    // A repeated request is answered though its data may be gone by now.
    Optional<ResolvedTraining> resolved =
        repeated ? Optional.empty() : Optional.of(resolve(request));
    if (!repeated) {
      refuseTaken(request.getTrainingId());
    }
    return jobs.create(
        request.getTrainingId(),
        asked,
        (handle, job) ->
            table.insert(handle, job.id(), resolved.orElseGet(() -> resolve(request)).message()));
  }

  /** What makes two requests the same, and what the job keeps. */
  private static ByteString content(CreateTrainingRequest request) {
    return ByteString.copyFrom(
        TrainingResolver.deterministicBytes(
            request.toBuilder()
                .clearRequestId()
                .clearLabels()
                .clearPriority()
                .clearValidateOnly()
                .build()));
  }

  private ResolvedTraining resolve(CreateTrainingRequest request) {
    if (request.hasSweep()) {
      throw RequestField.REQUEST
          .child("sweep")
          .unsupported("a sweep", "create each training by itself, with spec");
    }
    return resolver.resolve(request.getSpec(), RequestField.REQUEST.child("spec"));
  }

  /** The pair will have the training's id. */
  private void refuseTaken(String id) {
    if (!id.isEmpty() && store.exists(id)) {
      throw PlateauException.builder(
              Reason.PAIR_EXISTS,
              "training_id: there is a pair '"
                  + id
                  + "', as this training's would be called. Ask for another id, or delete that pair.")
          .field("training_id", "is taken by a pair")
          .metadata("name", "pairs/" + id)
          .build();
    }
  }

  @Override
  public void getTraining(
      GetTrainingRequest request, StreamObserver<GetTrainingResponse> observer) {
    Job job = jobs.get(TrainingMessages.id(request.getName()));
    answer(observer, GetTrainingResponse.newBuilder().setTraining(training(job)).build());
  }

  @Override
  public void listTrainings(
      ListTrainingsRequest request, StreamObserver<ListTrainingsResponse> observer) {
    answer(observer, lists.list(request));
  }

  @Override
  public void watchTraining(
      WatchTrainingRequest request, StreamObserver<WatchTrainingResponse> observer) {
    watches.open(TrainingMessages.id(request.getName()), request.getAfterEvent(), observer);
  }

  @Override
  public void cancelTraining(
      CancelTrainingRequest request, StreamObserver<CancelTrainingResponse> observer) {
    Job job = jobs.cancel(TrainingMessages.id(request.getName()), request.getEtag());
    if (job.state().isFinal() && job.state() != JobState.CANCELLED) {
      throw PlateauException.builder(
              Reason.STATE_CONFLICT,
              "The training '" + job.id() + "' has ended already: it is " + job.state() + ".")
          .metadata("name", request.getName())
          .metadata("state", job.state())
          .build();
    }
    answer(observer, CancelTrainingResponse.newBuilder().setTraining(training(job)).build());
  }

  @Override
  public void resumeTraining(
      ResumeTrainingRequest request, StreamObserver<ResumeTrainingResponse> observer) {
    Job job = jobs.resume(TrainingMessages.id(request.getName()), request.getEtag());
    answer(observer, ResumeTrainingResponse.newBuilder().setTraining(training(job)).build());
  }

  @Override
  public void deleteTraining(
      DeleteTrainingRequest request, StreamObserver<DeleteTrainingResponse> observer) {
    String id = TrainingMessages.id(request.getName());
    jobs.delete(id, request.getEtag());
    // What a crash leaves between the two goes at the next start.
    store.deleteResumeState(id);
    store.discard(id);
    answer(observer, DeleteTrainingResponse.getDefaultInstance());
  }

  private Training training(Job job) {
    return TrainingMessages.training(job, table.get(job.id()));
  }

  private static <M> void answer(StreamObserver<M> observer, M message) {
    observer.onNext(message);
    observer.onCompleted();
  }
}
