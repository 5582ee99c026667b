package io.plateau.trainer.pair;

import io.grpc.stub.StreamObserver;
import io.plateau.core.checkpoint.CheckpointException;
import io.plateau.core.checkpoint.CheckpointStore;
import io.plateau.core.checkpoint.End;
import io.plateau.core.checkpoint.Manifest;
import io.plateau.core.checkpoint.StoredEnd;
import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.DatasetException;
import io.plateau.core.dataset.DatasetReference;
import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.Precision;
import io.plateau.core.kernel.nd4j.Nd4jDevice;
import io.plateau.core.network.Parameters;
import io.plateau.core.path.BatchListener;
import io.plateau.core.path.EndCheck;
import io.plateau.core.path.EvaluationLimits;
import io.plateau.core.path.Measurements;
import io.plateau.core.path.PathEvaluator;
import io.plateau.core.path.Scheme;
import io.plateau.proto.trainer.v1.FileStatus;
import io.plateau.proto.trainer.v1.FileVerification;
import io.plateau.proto.trainer.v1.PairVerification;
import io.plateau.proto.trainer.v1.VerificationLevel;
import io.plateau.proto.trainer.v1.VerifyPairResponse;
import io.plateau.service.limits.BoundedExecutor;
import io.plateau.service.translation.CoreErrors;
import io.plateau.service.translation.DatasetSelection;
import io.plateau.service.translation.RequestField;
import io.plateau.trainer.data.DatasetCache;
import io.plateau.trainer.metrics.TrainerMetrics;
import io.plateau.trainer.metrics.TrainerMetrics.StoreOperation;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Reads a pair byte by byte, and measures its ends again where that is asked for. */
public final class PairVerifier {
  private static final String MANIFEST = "manifest.json";

  private final CheckpointStore store;
  private final DatasetCache datasets;
  private final BoundedExecutor executor;
  private final TrainerMetrics metrics;
  // Measuring takes every core: one at a time.
  private final ReentrantLock measuring = new ReentrantLock();

  /**
   * @param executor that reads run on
   */
  public PairVerifier(
      CheckpointStore store,
      DatasetCache datasets,
      BoundedExecutor executor,
      TrainerMetrics metrics) {
    this.store = store;
    this.datasets = datasets;
    this.executor = executor;
    this.metrics = metrics;
  }

  /** Checks a pair, away from the thread of the call. */
  void verify(String id, VerificationLevel level, StreamObserver<VerifyPairResponse> observer) {
    if (!store.exists(id)) {
      throw PairEndpoint.notFound(id);
    }
    executor.execute(
        () -> {
          try {
            PairVerification found = metrics.timed(StoreOperation.VERIFY, () -> verify(id, level));
            observer.onNext(VerifyPairResponse.newBuilder().setVerification(found).build());
            observer.onCompleted();
          } catch (RuntimeException e) {
            observer.onError(e);
          }
        });
  }

  private PairVerification verify(String id, VerificationLevel level) {
    Map<String, FileVerification> files = new LinkedHashMap<>();
    Optional<Manifest> manifest = manifest(id, files);
    Map<End, Parameters> sound = new LinkedHashMap<>();
    if (manifest.isPresent()) {
      check(manifest.get(), End.INITIALIZATION, files, sound);
      check(manifest.get(), End.MINIMIZER, files, sound);
      for (int epoch : manifest.get().epochs().keySet()) {
        check(manifest.get(), End.ofEpoch(epoch), files, sound);
      }
      if (level == VerificationLevel.VERIFICATION_LEVEL_MEASURES) {
        measure(manifest.get(), files, sound);
      }
    }
    return PairVerification.newBuilder()
        .addAllFiles(files.values())
        .setIntact(
            files.values().stream()
                .allMatch(file -> file.getStatus() == FileStatus.FILE_STATUS_INTACT))
        .build();
  }

  private Optional<Manifest> manifest(String id, Map<String, FileVerification> files) {
    try {
      Manifest manifest = store.manifest(id);
      put(files, MANIFEST, FileStatus.FILE_STATUS_INTACT, "");
      return Optional.of(manifest);
    } catch (CheckpointException e) {
      if (e.reason() != CheckpointException.Reason.CORRUPT) {
        throw PairEndpoint.failure(id, e);
      }
      put(files, MANIFEST, FileStatus.FILE_STATUS_DAMAGED, e.getMessage());
      return Optional.empty();
    }
  }

  private void check(
      Manifest manifest, End end, Map<String, FileVerification> files, Map<End, Parameters> sound) {
    try {
      if (isMissing(manifest.pair(), end)) {
        put(files, end.fileName(), FileStatus.FILE_STATUS_MISSING, "the file is not there");
        return;
      }
      Parameters parameters = store.read(manifest.pair(), end);
      put(files, end.fileName(), FileStatus.FILE_STATUS_INTACT, "");
      if (end.kind() != End.Kind.EPOCH) {
        sound.put(end, parameters);
      }
    } catch (CheckpointException e) {
      if (e.reason() != CheckpointException.Reason.CORRUPT) {
        throw PairEndpoint.failure(manifest.pair(), e);
      }
      put(files, end.fileName(), FileStatus.FILE_STATUS_DAMAGED, e.getMessage());
    }
  }

  /** A file that can't even be opened is not there as a file. */
  private boolean isMissing(String id, End end) {
    try {
      store.openFile(id, end, 0).close();
      return false;
    } catch (CheckpointException e) {
      if (e.reason() == CheckpointException.Reason.CORRUPT) {
        return true;
      }
      throw e;
    } catch (IOException e) {
      throw new CheckpointException(
          CheckpointException.Reason.UNAVAILABLE, "can't close " + end.fileName() + ": " + e, e);
    }
  }

  /** Both ends are alphas 0 and 1 of the path between them. */
  private void measure(
      Manifest manifest, Map<String, FileVerification> files, Map<End, Parameters> sound) {
    if (sound.size() < 2) {
      return;
    }
    Dataset data = open(manifest.dataset());
    measuring.lock();
    try (Device device = Nd4jDevice.open(Precision.FLOAT32);
        PathEvaluator evaluator =
            PathEvaluator.open(
                device,
                manifest.network(),
                sound.get(End.INITIALIZATION),
                sound.get(End.MINIMIZER),
                data,
                List.of(new Scheme.Linear()),
                new Measurements(false, false),
                EvaluationLimits.DEFAULT)) {
      compare(evaluator, 0, End.INITIALIZATION, manifest.initial(), files);
      compare(evaluator, 1, End.MINIMIZER, manifest.minimizer(), files);
    } finally {
      measuring.unlock();
    }
  }

  private static void compare(
      PathEvaluator evaluator,
      double alpha,
      End end,
      StoredEnd stored,
      Map<String, FileVerification> files) {
    EndCheck check =
        EndCheck.of(
            evaluator.evaluate(alpha, BatchListener.NONE).get(0), stored.loss(), stored.error());
    boolean bothUndefined = Double.isNaN(stored.loss()) && Double.isNaN(check.evaluatedLoss());
    if (!check.matches() && !bothUndefined) {
      put(
          files,
          end.fileName(),
          FileStatus.FILE_STATUS_MEASURES_DIFFER,
          "loss "
              + check.evaluatedLoss()
              + " and error "
              + check.evaluatedError()
              + ", stored are "
              + stored.loss()
              + " and "
              + stored.error());
    }
  }

  private Dataset open(DatasetReference reference) {
    try {
      return datasets.open(
          new DatasetSelection(
              reference.name(),
              reference.split(),
              reference.subset(),
              Optional.of(reference.digest())));
    } catch (DatasetException e) {
      throw CoreErrors.of(e, RequestField.REQUEST.child("level"));
    }
  }

  private static void put(
      Map<String, FileVerification> files, String file, FileStatus status, String message) {
    files.put(
        file,
        FileVerification.newBuilder().setFile(file).setStatus(status).setMessage(message).build());
  }
}
