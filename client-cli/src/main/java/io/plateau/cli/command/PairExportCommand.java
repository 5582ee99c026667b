package io.plateau.cli.command;

import io.plateau.cli.connection.ServiceAddresses;
import io.plateau.cli.connection.Services;
import io.plateau.cli.failure.CommandFailure;
import io.plateau.cli.failure.ExitCode;
import io.plateau.cli.option.PairText;
import io.plateau.cli.progress.ProgressDisplay;
import io.plateau.proto.common.v1.CheckpointRef;
import io.plateau.proto.common.v1.PairEnd;
import io.plateau.proto.trainer.v1.GetPairRequest;
import io.plateau.proto.trainer.v1.PairView;
import io.plateau.proto.trainer.v1.ReadTensorsRequest;
import io.plateau.proto.trainer.v1.ReadTensorsResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code plateau pairs export PAIR DIR}: both ends as PyTorch reads them, and what is known of the
 * pair.
 */
@Command(
    name = "export",
    description =
        "Writes init.safetensors, final.safetensors and pair.json into a folder, digests checked.",
    mixinStandardHelpOptions = true)
final class PairExportCommand implements Runnable {
  @Parameters(index = "0", paramLabel = "PAIR")
  private String name;

  @Parameters(index = "1", paramLabel = "DIR", description = "Made if it is not there.")
  private Path directory;

  @Option(names = "--overwrite", description = "Replace files of an earlier export.")
  private boolean overwrite;

  @Mixin private ServiceAddresses addresses;

  @Override
  public void run() {
    try (Services services = addresses.open()) {
      Files.createDirectories(directory);
      String pair = PairText.name("pairs", name);
      write(services, pair, PairEnd.PAIR_END_INIT, directory.resolve("init.safetensors"));
      write(services, pair, PairEnd.PAIR_END_FINAL, directory.resolve("final.safetensors"));
      String json =
          Rows.json(
              services
                  .pairs()
                  .getPair(
                      GetPairRequest.newBuilder()
                          .setName(pair)
                          .setView(PairView.PAIR_VIEW_FULL)
                          .build())
                  .getPair(),
              false);
      Path target = directory.resolve("pair.json");
      requireFree(target);
      Files.write(target, json.getBytes(StandardCharsets.UTF_8));
      System.out.println(directory);
    } catch (IOException e) {
      throw new CommandFailure(
          ExitCode.INVALID, "can't write to " + directory + ": " + e.getMessage());
    }
  }

  private void write(Services services, String pair, PairEnd end, Path target) throws IOException {
    requireFree(target);
    Path part = directory.resolve(target.getFileName() + ".part");
    MessageDigest sha256 = sha256();
    String digest = "";
    Iterator<ReadTensorsResponse> chunks =
        services
            .pairs()
            .readTensors(
                ReadTensorsRequest.newBuilder()
                    .setName(pair)
                    .setCheckpoint(CheckpointRef.newBuilder().setEnd(end))
                    .build());
    try (OutputStream out = Files.newOutputStream(part);
        ProgressDisplay bar = ProgressDisplay.open(target.getFileName().toString(), " B", -1)) {
      while (chunks.hasNext()) {
        ReadTensorsResponse response = chunks.next();
        if (response.hasFile()) {
          digest = response.getFile().getDigest();
        }
        response.getChunk().getData().writeTo(out);
        sha256.update(response.getChunk().getData().asReadOnlyByteBuffer());
        bar.update(
            response.getChunk().getOffset() + response.getChunk().getData().size(),
            response.getFile().getBytes(),
            "");
      }
    }
    String found = "sha256:" + HexFormat.of().formatHex(sha256.digest());
    if (!found.equals(digest)) {
      Files.delete(part);
      throw new CommandFailure(
          ExitCode.DATA_LOSS,
          target.getFileName() + " arrived as " + found + " but is " + digest + "; try again");
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void requireFree(Path target) {
    if (Files.exists(target) && !overwrite) {
      throw new CommandFailure(
          ExitCode.CONFLICT, target + " is there already; give --overwrite or another folder");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}
