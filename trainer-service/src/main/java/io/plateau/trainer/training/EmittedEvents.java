package io.plateau.trainer.training;

import com.google.protobuf.InvalidProtocolBufferException;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.proto.common.v1.CheckpointRef;
import io.plateau.proto.trainer.v1.ClassLearned;
import io.plateau.proto.trainer.v1.EpochRecord;
import io.plateau.proto.trainer.v1.TrainingEvent;
import io.plateau.proto.trainer.v1.TrainingEvent.CheckpointStored;
import io.plateau.service.jobs.JobContext;
import io.plateau.service.jobs.JobEvent;
import io.plateau.service.jobs.JobException;
import io.plateau.service.jobs.JobStore;
import io.plateau.service.translation.DigestTranslation;
import io.plateau.service.translation.RequestField;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Adds events to a training's history, each once: an attempt that repeats work of an earlier one
 * does not tell of it again.
 */
final class EmittedEvents {
  private static final int PAGE = 1_000;

  private final JobContext context;
  private final Set<Object> known = new HashSet<>();
  private final Map<Integer, EpochRecord> epochs = new HashMap<>();
  private final SortedMap<Integer, StoredEnd> storedEpochs = new TreeMap<>();
  private Optional<EpochRecord> latestEpoch = Optional.empty();

  /** What makes two events the same. */
  private record Epoch(int number) {}

  private record Learned(int classIndex, int epoch) {}

  private record Stored(CheckpointRef checkpoint) {}

  private EmittedEvents(JobContext context) {
    this.context = context;
  }

  /** Reads what earlier attempts told. */
  static EmittedEvents of(JobContext context, JobStore store) {
    EmittedEvents events = new EmittedEvents(context);
    if (context.job().attempt() == 1) {
      return events;
    }
    long after = 0;
    for (List<JobEvent> page = store.eventsAfter(context.job().id(), after, PAGE);
        !page.isEmpty();
        page = store.eventsAfter(context.job().id(), after, PAGE)) {
      for (JobEvent event : page) {
        after = event.number();
        if (event.state().isEmpty()) {
          events.remember(parse(event));
        }
      }
    }
    return events;
  }

  /**
   * Adds an event unless it is there already.
   *
   * @throws JobException as {@link JobContext#emit}
   */
  void emit(TrainingEvent event) throws InterruptedException {
    if (known.add(key(event))) {
      context.emit(event.toByteString());
    }
  }

  /** Checkpoints that earlier attempts stored along the way, by their epochs. */
  SortedMap<Integer, StoredEnd> storedEpochs() {
    return new TreeMap<>(storedEpochs);
  }

  /** The newest epoch that earlier attempts recorded. */
  Optional<EpochRecord> latestEpoch() {
    return latestEpoch;
  }

  private void remember(TrainingEvent event) {
    known.add(key(event));
    if (event.hasEpoch()) {
      epochs.put(event.getEpoch().getEpoch(), event.getEpoch());
      latestEpoch = Optional.of(event.getEpoch());
    }
    if (event.hasCheckpointStored() && event.getCheckpointStored().getCheckpoint().hasEpoch()) {
      CheckpointStored stored = event.getCheckpointStored();
      EpochRecord epoch = epochs.get(stored.getCheckpoint().getEpoch());
      storedEpochs.put(
          epoch.getEpoch(),
          new StoredEnd(
              epoch.getTrainLoss(),
              epoch.getTrainError(),
              stored.getBytes(),
              DigestTranslation.toCore(stored.getDigest(), RequestField.REQUEST)));
    }
  }

  /** An event as it was emitted. */
  static TrainingEvent parse(JobEvent event) {
    try {
      return TrainingEvent.parseFrom(event.payload());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("event " + event.number() + " can't be read", e);
    }
  }

  private static Object key(TrainingEvent event) {
    return switch (event.getEventCase()) {
      case EPOCH -> new Epoch(event.getEpoch().getEpoch());
      case CLASS_LEARNED -> {
        ClassLearned learned = event.getClassLearned();
        yield new Learned(learned.getClassIndex(), learned.getLearnedEpoch());
      }
      case CHECKPOINT_STORED -> new Stored(event.getCheckpointStored().getCheckpoint());
      case STATE_CHANGE, STEP, WARNING, EVENT_NOT_SET -> event;
    };
  }
}
