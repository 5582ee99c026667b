package io.plateau.interpolator.evaluation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.Progress;
import io.plateau.proto.common.v1.ProgressUnit;
import io.plateau.proto.interpolator.v1.CreateEvaluationRequest;
import io.plateau.proto.interpolator.v1.Evaluation;
import io.plateau.proto.interpolator.v1.PathSummary;
import io.plateau.proto.interpolator.v1.Plan;
import io.plateau.service.jobs.Job;
import io.plateau.service.translation.TimeTranslation;
import java.util.Map;
import java.util.TreeMap;

/** Writes jobs as evaluations. */
final class EvaluationMessages {
  /** A label that no caller can give: the pair of the second end. */
  static final String PAIR_LABEL = "plateau/pair";

  private static final String COLLECTION = "evaluations/";

  private EvaluationMessages() {}

  /** The name of an evaluation. */
  static String name(String id) {
    return COLLECTION + id;
  }

  /** The id in a well-formed name. */
  static String id(String name) {
    return name.substring(COLLECTION.length());
  }

  /** The request that made a job. */
  static CreateEvaluationRequest request(Job job) {
    try {
      return CreateEvaluationRequest.parseFrom(job.spec());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the specification of an evaluation is damaged", e);
    }
  }

  /** An evaluation as it stands, without plan and summary. */
  static Evaluation brief(Job job, long lastSequence) {
    Map<String, String> labels = new TreeMap<>(job.labels());
    labels.remove(PAIR_LABEL);
    Evaluation.Builder evaluation =
        Evaluation.newBuilder()
            .setName(name(job.id()))
            .setSpec(request(job).getSpec())
            .setState(state(job.state()))
            .setCreateTime(TimeTranslation.toProto(job.createTime()))
            .setUpdateTime(TimeTranslation.toProto(job.updateTime()))
            .putAllLabels(labels)
            .setPriority(job.request().priority())
            .setLastSequence(lastSequence)
            .setProgress(progress(job))
            .setEtag(job.etag());
    job.startTime().map(TimeTranslation::toProto).ifPresent(evaluation::setStartTime);
    job.endTime().map(TimeTranslation::toProto).ifPresent(evaluation::setEndTime);
    job.error()
        .filter(error -> !error.isEmpty())
        .map(EvaluationMessages::status)
        .ifPresent(evaluation::setError);
    return evaluation.build();
  }

  /** What a request would make: unnamed and stored nowhere. */
  static Evaluation preview(CreateEvaluationRequest request, Plan plan) {
    return Evaluation.newBuilder()
        .setSpec(request.getSpec())
        .setPlan(plan)
        .setProgress(
            Progress.newBuilder()
                .setTotal(plan.getKnownPoints())
                .setUnit(ProgressUnit.PROGRESS_UNIT_POINTS))
        .putAllLabels(request.getLabelsMap())
        .setPriority(request.getPriority())
        .build();
  }

  /** How far a job says that it is. */
  static Progress progress(Job job) {
    try {
      Progress progress = Progress.parseFrom(job.progressDetail());
      if (job.state() == io.plateau.service.jobs.JobState.SUCCEEDED && progress.getTotal() > 0) {
        // Progress is told a few times a second; the end is told by the state, and means all
        // points.
        progress = progress.toBuilder().setDone(progress.getTotal()).clearRemaining().build();
      }
      return progress.getUnit() == ProgressUnit.PROGRESS_UNIT_UNSPECIFIED
          ? progress.toBuilder().setUnit(ProgressUnit.PROGRESS_UNIT_POINTS).build()
          : progress;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the progress of an evaluation is damaged", e);
    }
  }

  /** What a job found. */
  static PathSummary summary(ByteString result) {
    try {
      return PathSummary.parseFrom(result);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the summary of an evaluation is damaged", e);
    }
  }

  /** Why a job failed. */
  static Status status(ByteString error) {
    try {
      return Status.parseFrom(error);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the error of an evaluation is damaged", e);
    }
  }

  private static JobState state(io.plateau.service.jobs.JobState state) {
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
}
