package io.plateau.trainer.training;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.Progress;
import io.plateau.proto.common.v1.ProgressUnit;
import io.plateau.proto.trainer.v1.CreateTrainingRequest;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingEvent;
import io.plateau.service.jobs.Job;
import io.plateau.service.jobs.JobEvent;
import io.plateau.service.translation.TimeTranslation;
import io.plateau.trainer.pair.PairViews;
import java.util.Optional;

/** Writes jobs and their events as trainings and training events. */
final class TrainingMessages {
  private static final String COLLECTION = "trainings/";

  private TrainingMessages() {}

  /** The name of a training. */
  static String name(String id) {
    return COLLECTION + id;
  }

  /** The id in a well-formed name. */
  static String id(String name) {
    return name.substring(COLLECTION.length());
  }

  /**
   * A training as it stands.
   *
   * @param resolved network and data, as {@link TrainingTable} keeps them
   */
  static Training training(Job job, Training resolved) {
    Training.Builder training =
        asked(TrainingHandler.request(job), resolved)
            .setName(name(job.id()))
            .setParent(job.request().parent().map(TrainingMessages::name).orElse(""))
            .setState(state(job.state()))
            .setCreateTime(TimeTranslation.toProto(job.createTime()))
            .setUpdateTime(TimeTranslation.toProto(job.updateTime()))
            .putAllLabels(job.labels())
            .setPriority(job.request().priority())
            .setLastEvent(job.lastEvent())
            .setEtag(job.etag());
    job.startTime().map(TimeTranslation::toProto).ifPresent(training::setStartTime);
    job.endTime().map(TimeTranslation::toProto).ifPresent(training::setEndTime);
    Training detail = parse(job.progressDetail());
    if (detail.hasProgress()) {
      training.setProgress(detail.getProgress());
    }
    if (detail.hasLatestEpoch()) {
      training.setLatestEpoch(detail.getLatestEpoch());
    }
    job.result()
        .map(TrainingMessages::parse)
        .ifPresent(result -> training.setPair(result.getPair()));
    job.error().map(TrainingMessages::status).ifPresent(training::setError);
    return training.build();
  }

  /** What a request would make: unnamed and stored nowhere. */
  static Training preview(CreateTrainingRequest request, ResolvedTraining resolved) {
    return asked(request, resolved.message())
        .putAllLabels(request.getLabelsMap())
        .setPriority(request.getPriority())
        .setProgress(
            Progress.newBuilder()
                .setTotal(resolved.steps())
                .setUnit(ProgressUnit.PROGRESS_UNIT_STEPS))
        .build();
  }

  /** A training without the layers and tensors of its network. */
  static Training brief(Training training) {
    return training.toBuilder().setNetwork(PairViews.basic(training.getNetwork())).build();
  }

  /** How far a job says that it is; empty before it first ran. */
  static Optional<Progress> progress(Job job) {
    Training detail = parse(job.progressDetail());
    return detail.hasProgress() ? Optional.of(detail.getProgress()) : Optional.empty();
  }

  /**
   * An entry of a job's history.
   *
   * @param before the state before it, for a change of state
   */
  static TrainingEvent event(String id, JobEvent event, JobState before) {
    TrainingEvent.Builder message =
        event.state().isPresent()
            ? TrainingEvent.newBuilder().setStateChange(stateChange(event, before))
            : EmittedEvents.parse(event).toBuilder();
    return message
        .setNumber(event.number())
        .setTime(TimeTranslation.toProto(event.time()))
        .setTraining(name(id))
        .build();
  }

  private static TrainingEvent.StateChange stateChange(JobEvent event, JobState before) {
    TrainingEvent.StateChange.Builder change =
        TrainingEvent.StateChange.newBuilder()
            .setOldState(before)
            .setNewState(state(event.state().orElseThrow()));
    if (!event.payload().isEmpty()) {
      change.setError(status(event.payload()));
    }
    return change.build();
  }

  static JobState state(io.plateau.service.jobs.JobState state) {
    return switch (state) {
      case QUEUED -> JobState.JOB_STATE_QUEUED;
      case RUNNING -> JobState.JOB_STATE_RUNNING;
      case PAUSED -> JobState.JOB_STATE_PAUSED;
      case SUCCEEDED -> JobState.JOB_STATE_SUCCEEDED;
      case FAILED_TO_LEARN -> JobState.JOB_STATE_FAILED_TO_LEARN;
      case FAILED -> JobState.JOB_STATE_FAILED;
      case CANCELLED -> JobState.JOB_STATE_CANCELLED;
    };
  }

  private static Training.Builder asked(CreateTrainingRequest request, Training resolved) {
    Training.Builder training = resolved.toBuilder();
    switch (request.getWorkCase()) {
      case SPEC -> training.setSpec(request.getSpec());
      case SWEEP -> training.setSweep(request.getSweep());
      case WORK_NOT_SET -> {}
    }
    return training;
  }

  private static Training parse(ByteString bytes) {
    try {
      return Training.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the progress or result of a training is damaged", e);
    }
  }

  private static Status status(ByteString bytes) {
    try {
      return Status.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the error of a training is damaged", e);
    }
  }
}
