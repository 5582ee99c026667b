package io.plateau.trainer.training;

import io.plateau.core.checkpoint.CheckpointException;
import io.plateau.core.checkpoint.CheckpointStore;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.training.TrainingException;
import io.plateau.core.training.TrainingState;
import io.plateau.core.training.TrainingStateFile;
import io.plateau.trainer.metrics.TrainerMetrics;
import io.plateau.trainer.metrics.TrainerMetrics.StoreOperation;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the states that trainings go on from, each with the fingerprint of its training: a state of
 * another specification or of other data is never gone on from, even under the same id.
 */
final class ResumeStates {
  private static final Logger LOG = LoggerFactory.getLogger(ResumeStates.class);
  private static final int FINGERPRINT_BYTES = 64;

  private final CheckpointStore store;
  private final TrainerMetrics metrics;

  ResumeStates(CheckpointStore store, TrainerMetrics metrics) {
    this.store = store;
    this.metrics = metrics;
  }

  /**
   * Replaces a training's state.
   *
   * @throws CheckpointException UNAVAILABLE; the state before is then still there
   */
  void save(String training, String fingerprint, TrainingState state) {
    metrics.timed(
        StoreOperation.SAVE_STATE,
        () -> {
          store.saveResumeState(
              training,
              out -> {
                out.write(fingerprint.getBytes(StandardCharsets.US_ASCII));
                TrainingStateFile.write(state, out);
              });
          return training;
        });
  }

  /**
   * The state saved last. Empty if there is none that can be used: the training then starts again,
   * and ends in the same bits all the same.
   */
  Optional<TrainingState> load(String training, String fingerprint, ParameterLayout layout) {
    try {
      return metrics.timed(StoreOperation.LOAD_STATE, () -> read(training, fingerprint, layout));
    } catch (CheckpointException e) {
      if (e.reason() != CheckpointException.Reason.CORRUPT) {
        throw e;
      }
      LOG.warn("Training {} starts again: its saved state is damaged", training, e);
      return Optional.empty();
    } catch (TrainingException e) {
      LOG.warn("Training {} starts again: its saved state can't be read", training, e);
      return Optional.empty();
    }
  }

  /** Drops a training's state, if there is one. */
  void delete(String training) {
    store.deleteResumeState(training);
  }

  private Optional<TrainingState> read(
      String training, String fingerprint, ParameterLayout layout) {
    Optional<InputStream> saved = store.readResumeState(training);
    if (saved.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = saved.get()) {
      byte[] found = new byte[FINGERPRINT_BYTES];
      new DataInputStream(in).readFully(found);
      if (!new String(found, StandardCharsets.US_ASCII).equals(fingerprint)) {
        LOG.warn("Training {} starts again: its saved state is another training's", training);
        return Optional.empty();
      }
      return Optional.of(TrainingStateFile.read(in, layout));
    } catch (IOException e) {
      throw new UncheckedIOException("the state of training '" + training + "' is cut short", e);
    }
  }
}
