package io.plateau.core.checkpoint;

import io.plateau.core.network.Parameters;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/**
 * Keeps checkpoint pairs. A pair is made in two steps: its ends are written one by one, invisible;
 * {@link #commit} then makes the whole pair visible at once. Whatever moment a process dies at, a
 * pair is there whole or not at all. Pairs never change after the commit.
 *
 * <p>Every method throws {@link CheckpointException}. Safe for use by several threads, and by
 * several processes on one store.
 */
public interface CheckpointStore extends AutoCloseable {

  /** Writes the content of a blob. */
  @FunctionalInterface
  interface Content {
    /** Writes it all; the stream is not closed here. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes one end of a pair that is not committed yet, replacing an earlier one. It outlives a
   * crash, so that a resumed training need not write it again.
   *
   * @param loss mean cross-entropy of these parameters on the pair's data set
   * @param error share of samples misread
   * @return what the manifest has to say about this end
   */
  StoredEnd writeEnd(String pair, End end, Parameters parameters, double loss, double error);

  /**
   * Makes the pair visible. Ends written but not named in the manifest are dropped.
   *
   * @throws CheckpointException EXISTS if there is such a pair; INVALID_REQUEST if an end named in
   *     the manifest was not written or is another one
   */
  void commit(Manifest manifest);

  /** Drops the ends of a pair that was never committed; nothing happens if there are none. */
  void discard(String pair);

  /** Ids of pairs that have ends written but no commit, sorted. */
  List<String> listUncommitted();

  /** Ids of the committed pairs, sorted. */
  List<String> list();

  /** Whether a pair is committed. */
  boolean exists(String pair);

  /** The manifest of a committed pair. */
  Manifest manifest(String pair);

  /** One end of a committed pair, its digest checked. */
  Parameters read(String pair, End end);

  /** Both ends of a committed pair with its manifest. */
  default CheckpointPair open(String pair) {
    return new CheckpointPair(
        manifest(pair), read(pair, End.INITIALIZATION), read(pair, End.MINIMIZER));
  }

  /**
   * The bytes of an end's safetensors file from an offset on. The digest is not checked here: who
   * reads the whole compares it with the manifest's.
   */
  InputStream openFile(String pair, End end, long offset);

  /**
   * Reads every file of a pair.
   *
   * @return what is wrong, one sentence each; empty for a sound pair
   */
  List<String> verify(String pair);

  /** Deletes a committed pair at once and whole. Returns false if there was none. */
  boolean delete(String pair);

  /**
   * Keeps the state from which a training goes on, replacing the one before only when the new one
   * is safely stored.
   *
   * @param training id in the form of a pair's id
   */
  void saveResumeState(String training, Content state);

  /** The state kept last, its digest checked; empty if there is none. The caller closes it. */
  Optional<InputStream> readResumeState(String training);

  /** Drops a training's state; nothing happens if there is none. */
  void deleteResumeState(String training);

  /** Ids of the trainings with a state, sorted. */
  List<String> listResumeStates();

  @Override
  void close();
}
