package io.plateau.trainer.training;

import com.google.protobuf.ByteString;
import io.plateau.core.checkpoint.CheckpointException;
import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.EpochRecord;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.network.Parameters;
import io.plateau.core.training.TrainingListener;
import io.plateau.core.training.TrainingResult;
import io.plateau.core.training.TrainingState;
import io.plateau.proto.common.v1.Progress;
import io.plateau.proto.common.v1.ProgressUnit;
import io.plateau.proto.trainer.v1.ClassLearned;
import io.plateau.proto.trainer.v1.Training;
import io.plateau.proto.trainer.v1.TrainingEvent;
import io.plateau.service.jobs.JobContext;
import io.plateau.service.translation.CheckpointTranslation;
import io.plateau.service.translation.DigestTranslation;
import io.plateau.service.translation.TimeTranslation;
import io.plateau.service.translation.TrainingRecordTranslation;
import io.plateau.trainer.metrics.TrainerMetrics;
import io.plateau.trainer.pair.PairWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt at a training: tells of each epoch, saves the state now and then, stops when it is
 * asked to, and stores the pair at the end.
 */
final class TrainingRun implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);
  private static final Duration PROGRESS_PAUSE = Duration.ofMillis(250);

  private final JobContext context;
  private final String id;
  private final ResolvedTraining training;
  private final EmittedEvents events;
  private final ResumeStates states;
  private final PairWriter pairs;
  private final TrainerMetrics metrics;
  private final int place;
  private final Duration trainedBefore;
  private final long started = System.nanoTime();

  private SortedMap<Integer, StoredEnd> checkpoints;
  private io.plateau.proto.trainer.v1.EpochRecord latestEpoch =
      io.plateau.proto.trainer.v1.EpochRecord.getDefaultInstance();
  private long stepStarted = System.nanoTime();
  private long savedAt = System.nanoTime();
  private long progressAt = System.nanoTime() - PROGRESS_PAUSE.toNanos();
  private long rateSince = System.nanoTime();
  private long rateSamples;
  private double samplesPerSecond;

  /**
   * @param place of the worker, for its metrics
   * @param trainedBefore by earlier attempts
   */
  TrainingRun(
      JobContext context,
      ResolvedTraining training,
      EmittedEvents events,
      ResumeStates states,
      PairWriter pairs,
      TrainerMetrics metrics,
      int place,
      Duration trainedBefore) {
    this.context = context;
    this.id = context.job().id();
    this.training = training;
    this.events = events;
    this.states = states;
    this.pairs = pairs;
    this.metrics = metrics;
    this.place = place;
    this.trainedBefore = trainedBefore;
    this.checkpoints = events.storedEpochs();
    this.latestEpoch = events.latestEpoch().orElse(latestEpoch);
  }

  @Override
  public void onStep(int epoch, int step, int steps, Supplier<TrainingState> state) {
    long now = System.nanoTime();
    int batch = batch(step);
    metrics.step(batch, (now - stepStarted) / 1e9);
    rateSamples += batch;
    if (context.shouldStop()) {
      stop(state);
    }
    if (now - savedAt >= training.saveInterval().toNanos()) {
      save(state);
    }
    if (now - progressAt >= PROGRESS_PAUSE.toNanos()) {
      progress((long) epoch * steps + step, "training");
    }
    stepStarted = System.nanoTime();
  }

  @Override
  public void onEpoch(EpochRecord epoch, List<Integer> learned, Supplier<TrainingState> state) {
    metrics.loss(place, epoch.trainLoss());
    if (epoch.epoch() > 0) {
      metrics.epoch(epoch.seconds());
    }
    latestEpoch = TrainingRecordTranslation.toProto(epoch);
    emit(TrainingEvent.newBuilder().setEpoch(latestEpoch));
    for (int label : learned) {
      emit(
          TrainingEvent.newBuilder()
              .setClassLearned(
                  ClassLearned.newBuilder().setClassIndex(label).setLearnedEpoch(epoch.epoch())));
    }
    if (training.checkpointEpochs().contains(epoch.epoch())) {
      storeEpoch(epoch, state.get().parameters());
    }
    progress(epoch.epoch() * training.stepsPerEpoch(), "training");
    if (context.shouldStop()) {
      stop(state);
    }
    stepStarted = System.nanoTime();
  }

  /**
   * Stores what came of the training.
   *
   * @return the job's result, which names the pair; empty if parameters are not finite, so that
   *     nothing is stored
   */
  Optional<ByteString> store(TrainingResult result) throws InterruptedException {
    List<EpochRecord> epochs = result.record().epochs();
    EpochRecord first = epochs.get(0);
    EpochRecord last = epochs.get(epochs.size() - 1);
    if (result.minimizer().nonFiniteCount() > 0) {
      pairs.discard(id);
      done(last);
      return Optional.empty();
    }
    progress(last.epoch() * training.stepsPerEpoch(), "storing the pair");
    StoredEnd initial =
        pairs.writeEnd(
            id, End.INITIALIZATION, result.initialization(), first.trainLoss(), first.trainError());
    StoredEnd minimizer =
        pairs.writeEnd(id, End.MINIMIZER, result.minimizer(), last.trainLoss(), last.trainError());
    pairs.commit(
        new PairWriter.TrainedPair(
            id,
            training.plan().network(),
            training.reference(),
            training.heldOutReference(),
            initial,
            minimizer,
            checkpoints,
            result.record(),
            context.job().labels()));
    emit(stored(End.INITIALIZATION, initial));
    emit(stored(End.MINIMIZER, minimizer));
    done(last);
    return Optional.of(Training.newBuilder().setPair("pairs/" + id).build().toByteString());
  }

  private void done(EpochRecord last) throws InterruptedException {
    long steps = last.epoch() * training.stepsPerEpoch();
    context.progress(1, detail(steps, steps, "done"));
    context.flush();
  }

  private void storeEpoch(EpochRecord epoch, Parameters parameters) {
    if (checkpoints.containsKey(epoch.epoch()) || parameters.nonFiniteCount() > 0) {
      return;
    }
    End end = End.ofEpoch(epoch.epoch());
    StoredEnd stored = pairs.writeEnd(id, end, parameters, epoch.trainLoss(), epoch.trainError());
    checkpoints.put(epoch.epoch(), stored);
    emit(stored(end, stored));
    // The event is what a later attempt knows the checkpoint by: it must outlive the next state.
    try {
      context.flush();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private TrainingEvent.Builder stored(End end, StoredEnd stored) {
    TrainingEvent.Builder event = TrainingEvent.newBuilder();
    event
        .getCheckpointStoredBuilder()
        .setPair("pairs/" + id)
        .setCheckpoint(CheckpointTranslation.toProto(end))
        .setBytes(stored.bytes())
        .setDigest(DigestTranslation.toProto(stored.sha256()));
    return event;
  }

  private void stop(Supplier<TrainingState> state) {
    save(state);
    throw new TrainingStopped();
  }

  /** A state that can't be saved now is no reason to end: the one before is still there. */
  private void save(Supplier<TrainingState> state) {
    try {
      states.save(id, training.fingerprint(), state.get());
    } catch (CheckpointException e) {
      LOG.warn("The state of training {} can't be saved; trying again later", id, e);
    }
    savedAt = System.nanoTime();
  }

  private void emit(TrainingEvent.Builder event) {
    try {
      events.emit(event.build());
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static TrainingStopped interrupted() {
    Thread.currentThread().interrupt();
    return new TrainingStopped();
  }

  private void progress(long steps, String phase) {
    long now = System.nanoTime();
    if (now > rateSince && rateSamples > 0) {
      double rate = rateSamples / ((now - rateSince) / 1e9);
      samplesPerSecond = samplesPerSecond == 0 ? rate : 0.7 * samplesPerSecond + 0.3 * rate;
      rateSince = now;
      rateSamples = 0;
    }
    progressAt = now;
    long total = training.steps();
    context.progress(Math.min(1.0, (double) steps / total), detail(steps, total, phase));
  }

  private ByteString detail(long steps, long total, String phase) {
    Progress.Builder progress =
        Progress.newBuilder()
            .setDone(steps)
            .setTotal(total)
            .setUnit(ProgressUnit.PROGRESS_UNIT_STEPS)
            .setSamplesPerSecond(samplesPerSecond)
            .setElapsed(
                TimeTranslation.toProto(
                    trainedBefore.plus(Duration.ofNanos(System.nanoTime() - started))))
            .setPhase(phase);
    if (samplesPerSecond > 0) {
      double samples = (double) (total - steps) / training.stepsPerEpoch() * training.data().size();
      progress.setRemaining(TimeTranslation.ofSeconds(samples / samplesPerSecond));
    }
    return Training.newBuilder()
        .setProgress(progress)
        .setLatestEpoch(latestEpoch)
        .build()
        .toByteString();
  }

  /** Samples of a step, from 1: an epoch's last batch may be smaller. */
  private int batch(int step) {
    int batch = Math.min(training.plan().batchSize(), training.data().size());
    return Math.min(batch, training.data().size() - (step - 1) * batch);
  }
}
