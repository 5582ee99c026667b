package io.plateau.trainer;

import static io.plateau.trainer.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.plateau.core.checkpoint.PairDirectory;
import io.plateau.proto.common.v1.CheckpointRef;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.DeletePairRequest;
import io.plateau.proto.trainer.v1.ExportPairRequest;
import io.plateau.proto.trainer.v1.ExportPairResponse;
import io.plateau.proto.trainer.v1.FileStatus;
import io.plateau.proto.trainer.v1.FileVerification;
import io.plateau.proto.trainer.v1.ListPairsRequest;
import io.plateau.proto.trainer.v1.PairVerification;
import io.plateau.proto.trainer.v1.ReadTensorsRequest;
import io.plateau.proto.trainer.v1.TensorFormat;
import io.plateau.proto.trainer.v1.TrainingSpec;
import io.plateau.proto.trainer.v1.VerificationLevel;
import io.plateau.proto.trainer.v1.VerifyPairRequest;
import io.plateau.service.errors.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads, checks, exports and deletes pairs. */
class PairTest {
  @TempDir Path directory;
  private TrainerFixture trainer;
  private CheckpointPair pair;
  private Path folder;

  @BeforeEach
  void train() {
    trainer = new TrainerFixture(directory).start();
    TrainingSpec.Builder spec = TrainerFixture.smallSpec().addCheckpointEpochs(5);
    String name = trainer.create(spec.build()).getName();
    pair = trainer.pair(trainer.await(name, JobState.JOB_STATE_SUCCEEDED).getPair());
    folder = directory.resolve("data/checkpoints").resolve(pair.getName());
  }

  @AfterEach
  void stop() {
    trainer.close();
  }

  @Test
  void readsFromAnyOffset() throws IOException {
    byte[] whole = Files.readAllBytes(folder.resolve("final.safetensors"));
    for (int offset : new int[] {0, 1, 1023, whole.length - 1, whole.length}) {
      byte[] part =
          TrainingTest.read(trainer, pair.getName(), PairEnd.PAIR_END_FINAL, offset, 1024);
      assertThat(part).isEqualTo(java.util.Arrays.copyOfRange(whole, offset, whole.length));
    }
    assertRefused(
        () ->
            TrainingTest.read(
                trainer, pair.getName(), PairEnd.PAIR_END_FINAL, whole.length + 1L, 1024),
        Reason.POSITION_OUT_OF_RANGE,
        "offset");
    assertThat(
            Refusals.reason(
                () -> TrainingTest.read(trainer, "pairs/none", PairEnd.PAIR_END_FINAL, 0, 1024)))
        .isEqualTo(Reason.PAIR_NOT_FOUND);
    assertRefused(
        () ->
            trainer
                .pairs()
                .readTensors(ReadTensorsRequest.newBuilder().setName(pair.getName()).build())
                .next(),
        Reason.REQUEST_INVALID,
        "checkpoint");
  }

  @Test
  void aSoundPairIsIntactAndMeasuresAsStored() {
    for (VerificationLevel level :
        List.of(
            VerificationLevel.VERIFICATION_LEVEL_UNSPECIFIED,
            VerificationLevel.VERIFICATION_LEVEL_MEASURES)) {
      PairVerification found = verify(level);
      assertThat(found.getIntact()).isTrue();
      assertThat(found.getFilesList())
          .extracting(FileVerification::getFile)
          .containsExactly(
              "manifest.json", "init.safetensors", "final.safetensors", "epoch-000005.safetensors");
    }
  }

  @Test
  void damageIsFoundInTheFileThatHasIt() throws IOException {
    damage("init.safetensors");
    Files.delete(folder.resolve("epoch-000005.safetensors"));
    PairVerification found = verify(VerificationLevel.VERIFICATION_LEVEL_MEASURES);
    assertThat(found.getIntact()).isFalse();
    assertThat(found.getFilesList())
        .extracting(FileVerification::getStatus)
        .containsExactly(
            FileStatus.FILE_STATUS_INTACT,
            FileStatus.FILE_STATUS_DAMAGED,
            FileStatus.FILE_STATUS_INTACT,
            FileStatus.FILE_STATUS_MISSING);
    assertThat(found.getFiles(1).getMessage()).contains("SHA-256");
    assertThat(
            Refusals.reason(
                () -> TrainingTest.read(trainer, pair.getName(), PairEnd.PAIR_END_INIT, 0, 4096)))
        .isEqualTo(Reason.PAIR_CORRUPT);
    assertThat(
            Refusals.reason(
                () ->
                    trainer
                        .pairs()
                        .readTensors(
                            ReadTensorsRequest.newBuilder()
                                .setName(pair.getName())
                                .setCheckpoint(CheckpointRef.newBuilder().setEpoch(5))
                                .build())
                        .next()))
        .isEqualTo(Reason.PAIR_CORRUPT);

    Files.writeString(folder.resolve("manifest.json"), "{\"format_version\": 1");
    PairVerification manifest = verify(VerificationLevel.VERIFICATION_LEVEL_DIGESTS);
    assertThat(manifest.getFilesList()).hasSize(1);
    assertThat(manifest.getFiles(0).getStatus()).isEqualTo(FileStatus.FILE_STATUS_DAMAGED);
    assertThat(Refusals.reason(() -> trainer.pair(pair.getName()))).isEqualTo(Reason.PAIR_CORRUPT);
  }

  @Test
  void anExportIsThePairAsItLiesInTheStore() throws IOException {
    Path target = Files.createDirectory(directory.resolve("exported"));
    Map<String, ByteString> files = new LinkedHashMap<>();
    Map<String, String> digests = new LinkedHashMap<>();
    Iterator<ExportPairResponse> responses =
        trainer.pairs().exportPair(ExportPairRequest.newBuilder().setName(pair.getName()).build());
    String current = "";
    while (responses.hasNext()) {
      ExportPairResponse response = responses.next();
      if (response.hasFile()) {
        current = response.getFile().getName();
        digests.put(current, response.getFile().getDigest());
      }
      files.merge(current, response.getChunk().getData(), ByteString::concat);
    }
    assertThat(files.keySet())
        .containsExactly(
            "init.safetensors", "final.safetensors", "epoch-000005.safetensors", "manifest.json");
    for (Map.Entry<String, ByteString> file : files.entrySet()) {
      byte[] bytes = file.getValue().toByteArray();
      assertThat(bytes).isEqualTo(Files.readAllBytes(folder.resolve(file.getKey())));
      assertThat(TrainingTest.digest(bytes)).isEqualTo(digests.get(file.getKey()));
      Files.write(target.resolve(file.getKey()), bytes);
    }
    assertThat(PairDirectory.read(target).manifest().orElseThrow().minimizer().loss())
        .isEqualTo(pair.getFinalEnd().getTrainLoss());
    assertRefused(
        () ->
            trainer
                .pairs()
                .exportPair(
                    ExportPairRequest.newBuilder()
                        .setName(pair.getName())
                        .setFormat(TensorFormat.TENSOR_FORMAT_NPZ)
                        .build())
                .next(),
        Reason.NOT_IMPLEMENTED,
        "format");
  }

  @Test
  void deletesAPairThatNobodyChanged() {
    assertThat(Refusals.reason(() -> delete(pair.getName(), "0123")))
        .isEqualTo(Reason.ETAG_MISMATCH);
    delete(pair.getName(), pair.getEtag());
    assertThat(folder).doesNotExist();
    for (Runnable gone :
        List.<Runnable>of(
            () -> trainer.pair(pair.getName()),
            () -> delete(pair.getName(), ""),
            () -> delete(pair.getName(), pair.getEtag()),
            () -> verify(VerificationLevel.VERIFICATION_LEVEL_DIGESTS))) {
      assertThat(Refusals.reason(gone::run)).isEqualTo(Reason.PAIR_NOT_FOUND);
    }
    assertThat(trainer.get(pair.getTraining()).getPair()).isEqualTo(pair.getName());
  }

  @Test
  void theCatalogueIsMadeAgainFromTheStore() throws IOException {
    String other = trainer.create(TrainerFixture.smallSpec().setSeed(3).build()).getName();
    CheckpointPair removed =
        trainer.pair(trainer.await(other, JobState.JOB_STATE_SUCCEEDED).getPair());
    trainer.stop();
    // One pair vanishes behind the trainer's back, and the database is lost.
    Path moved = directory.resolve("data/checkpoints").resolve(removed.getName());
    Files.move(moved, directory.resolve("moved"));
    trainer.start();
    assertThat(listed()).containsExactly(pair.getName());
    trainer.stop();
    Files.delete(directory.resolve("data/trainer.mv.db"));
    Files.move(directory.resolve("moved"), moved);
    trainer.start();
    assertThat(listed()).containsExactlyInAnyOrder(pair.getName(), removed.getName());
    assertThat(trainer.pair(pair.getName())).isEqualTo(pair);
  }

  private List<String> listed() {
    return trainer.pairs().listPairs(ListPairsRequest.getDefaultInstance()).getPairsList().stream()
        .map(CheckpointPair::getName)
        .toList();
  }

  private void damage(String file) throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve(file));
    bytes[bytes.length - 5] ^= 4;
    Files.write(folder.resolve(file), bytes);
  }

  private PairVerification verify(VerificationLevel level) {
    return trainer
        .pairs()
        .verifyPair(VerifyPairRequest.newBuilder().setName(pair.getName()).setLevel(level).build())
        .getVerification();
  }

  private void delete(String name, String etag) {
    var unused =
        trainer
            .pairs()
            .deletePair(DeletePairRequest.newBuilder().setName(name).setEtag(etag).build());
  }
}
