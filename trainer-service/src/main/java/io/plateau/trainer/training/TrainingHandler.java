package io.plateau.trainer.training;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.Precision;
import io.plateau.core.kernel.nd4j.Nd4jDevice;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.training.Trainer;
import io.plateau.core.training.TrainingResult;
import io.plateau.core.training.TrainingState;
import io.plateau.proto.trainer.v1.CreateTrainingRequest;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.jobs.Job;
import io.plateau.service.jobs.JobContext;
import io.plateau.service.jobs.JobHandler;
import io.plateau.service.jobs.JobListener;
import io.plateau.service.jobs.JobOutcome;
import io.plateau.service.jobs.JobState;
import io.plateau.service.jobs.JobStore;
import io.plateau.service.translation.RequestField;
import io.plateau.trainer.metrics.TrainerMetrics;
import io.plateau.trainer.pair.PairWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the job of a training: trains on a device of its own, saves the state to resume from, and
 * stores the pair. An attempt goes on from what the one before saved, so that a training which is
 * killed at any moment ends in the same bits.
 */
final class TrainingHandler implements JobHandler, JobListener {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingHandler.class);

  private final JobStore jobs;
  private final TrainingTable table;
  private final TrainingResolver resolver;
  private final ResumeStates states;
  private final PairWriter pairs;
  private final TrainerMetrics metrics;
  private final Function<Throwable, ByteString> errors;
  private final WorkerPlaces places = new WorkerPlaces();

  /**
   * @param errors writes a failure as a job's error
   */
  TrainingHandler(
      JobStore jobs,
      TrainingTable table,
      TrainingResolver resolver,
      ResumeStates states,
      PairWriter pairs,
      TrainerMetrics metrics,
      Function<Throwable, ByteString> errors) {
    this.jobs = jobs;
    this.table = table;
    this.resolver = resolver;
    this.states = states;
    this.pairs = pairs;
    this.metrics = metrics;
    this.errors = errors;
  }

  @Override
  public JobOutcome run(JobContext context) throws Exception {
    Job job = context.job();
    ResolvedTraining training =
        resolver.resolve(request(job).getSpec(), RequestField.REQUEST.child("spec"));
    requireSameData(job, training);
    int place = places.take();
    try (Device device = Nd4jDevice.open(Precision.FLOAT32);
        Trainer trainer =
            new Trainer(device, training.plan(), training.data(), training.heldOut())) {
      Optional<TrainingState> saved =
          states.load(
              job.id(), training.fingerprint(), ParameterLayout.of(training.plan().network()));
      TrainingRun run =
          new TrainingRun(
              context,
              training,
              EmittedEvents.of(context, jobs),
              states,
              pairs,
              metrics,
              place,
              saved.map(TrainingHandler::trainedFor).orElse(Duration.ZERO));
      saved.ifPresent(
          state ->
              LOG.info(
                  "Training {} goes on at epoch {}, step {}",
                  job.id(),
                  state.epoch(),
                  state.step()));
      TrainingResult result =
          saved.isPresent() ? trainer.resume(saved.get(), run) : trainer.run(run);
      return outcome(run, result);
    } catch (TrainingStopped stopped) {
      return JobOutcome.stopped();
    } finally {
      metrics.noLoss(place);
      places.giveBack(place);
    }
  }

  /** What no attempt goes on from any more is dropped. */
  @Override
  public void ended(Job job, Duration ran) {
    if (job.state() == JobState.SUCCEEDED || job.state() == JobState.FAILED_TO_LEARN) {
      states.delete(job.id());
    }
  }

  /** The request that a job keeps. */
  static CreateTrainingRequest request(Job job) {
    try {
      return CreateTrainingRequest.parseFrom(job.spec());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("the request of training '" + job.id() + "' is damaged", e);
    }
  }

  /** The samples behind a name may have changed since the training was asked for. */
  private void requireSameData(Job job, ResolvedTraining training) {
    String expected = table.get(job.id()).getDataset().getDigest();
    String actual = training.message().getDataset().getDigest();
    if (!expected.isEmpty() && !expected.equals(actual)) {
      throw PlateauException.builder(
              Reason.DATASET_DIGEST_MISMATCH,
              "The samples have changed since this training was created: digest "
                  + actual
                  + ", not "
                  + expected
                  + ". Put the old files back and resume it, or create a new training.")
          .metadata("expected", expected)
          .metadata("actual", actual)
          .build();
    }
  }

  private JobOutcome outcome(TrainingRun run, TrainingResult result) throws InterruptedException {
    Optional<ByteString> pair = run.store(result);
    if (!result.failedToLearn()) {
      return JobOutcome.succeeded(pair.orElseThrow());
    }
    return new JobOutcome(
        Optional.of(JobState.FAILED_TO_LEARN),
        pair,
        Optional.of(errors.apply(TrainingOutcomes.notLearned(result, pair.isPresent()))));
  }

  private static Duration trainedFor(TrainingState state) {
    double seconds =
        state.epochs().stream().mapToDouble(epoch -> epoch.seconds()).sum() + state.epochSeconds();
    return Duration.ofNanos((long) (seconds * 1e9));
  }
}
