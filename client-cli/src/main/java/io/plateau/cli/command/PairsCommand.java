package io.plateau.cli.command;

import com.google.protobuf.util.Timestamps;
import io.plateau.cli.connection.ServiceAddresses;
import io.plateau.cli.connection.Services;
import io.plateau.cli.failure.CommandFailure;
import io.plateau.cli.failure.ExitCode;
import io.plateau.cli.option.ListOptions;
import io.plateau.cli.option.OutputFormat;
import io.plateau.cli.option.PairText;
import io.plateau.proto.trainer.v1.CheckpointPair;
import io.plateau.proto.trainer.v1.DeletePairRequest;
import io.plateau.proto.trainer.v1.FileVerification;
import io.plateau.proto.trainer.v1.GetPairRequest;
import io.plateau.proto.trainer.v1.ListPairsRequest;
import io.plateau.proto.trainer.v1.ListPairsResponse;
import io.plateau.proto.trainer.v1.PairVerification;
import io.plateau.proto.trainer.v1.PairView;
import io.plateau.proto.trainer.v1.VerificationLevel;
import io.plateau.proto.trainer.v1.VerifyPairRequest;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plateau pairs ...}. */
@Command(
    name = "pairs",
    description = "Lists, checks, exports and deletes checkpoint pairs.",
    subcommands = PairExportCommand.class,
    mixinStandardHelpOptions = true)
final class PairsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "give one of list, get, verify, export, delete");
  }

  @Command(
      name = "list",
      description = "Lists pairs, the newest first.",
      mixinStandardHelpOptions = true)
  void list(@Mixin ListOptions page, @Mixin ServiceAddresses addresses) {
    try (Services services = addresses.open()) {
      ListPairsResponse response =
          services
              .pairs()
              .listPairs(
                  ListPairsRequest.newBuilder()
                      .setFilter(page.filter())
                      .setOrderBy(page.orderBy())
                      .setPageSize(page.pageSize())
                      .setPageToken(page.pageToken())
                      .build());
      rows().print(response.getPairsList(), response, page.output());
      page.sayNext(response.getNextPageToken());
    }
  }

  @Command(name = "get", description = "Shows a pair.", mixinStandardHelpOptions = true)
  void get(
      @Parameters(paramLabel = "PAIR") String name,
      @Option(
              names = {"-o", "--output"},
              defaultValue = "table",
              description = "${COMPLETION-CANDIDATES}.")
          OutputFormat output,
      @Mixin ServiceAddresses addresses) {
    try (Services services = addresses.open()) {
      CheckpointPair pair =
          services
              .pairs()
              .getPair(
                  GetPairRequest.newBuilder()
                      .setName(PairText.name("pairs", name))
                      .setView(
                          output == OutputFormat.table
                              ? PairView.PAIR_VIEW_BASIC
                              : PairView.PAIR_VIEW_FULL)
                      .build())
              .getPair();
      rows().print(List.of(pair), pair, output);
    }
  }

  @Command(
      name = "verify",
      description = "Reads every file of a pair and compares it with its digest.",
      mixinStandardHelpOptions = true)
  void verify(
      @Parameters(paramLabel = "PAIR") String name,
      @Option(names = "--measures", description = "Compute loss and error of both ends too.")
          boolean measures,
      @Option(
              names = {"-o", "--output"},
              defaultValue = "table",
              description = "${COMPLETION-CANDIDATES}.")
          OutputFormat output,
      @Mixin ServiceAddresses addresses) {
    try (Services services = addresses.open()) {
      PairVerification verification =
          services
              .pairs()
              .verifyPair(
                  VerifyPairRequest.newBuilder()
                      .setName(PairText.name("pairs", name))
                      .setLevel(
                          measures
                              ? VerificationLevel.VERIFICATION_LEVEL_MEASURES
                              : VerificationLevel.VERIFICATION_LEVEL_DIGESTS)
                      .build())
              .getVerification();
      new Rows<FileVerification>()
          .column("FILE", FileVerification::getFile)
          .column("STATUS", file -> file.getStatus().name().replace("FILE_STATUS_", ""))
          .column("MESSAGE", FileVerification::getMessage)
          .print(verification.getFilesList(), verification, output);
      if (!verification.getIntact()) {
        throw new CommandFailure(ExitCode.DATA_LOSS, PairText.name("pairs", name) + " is damaged");
      }
    }
  }

  @Command(name = "delete", description = "Deletes a pair.", mixinStandardHelpOptions = true)
  void delete(@Parameters(paramLabel = "PAIR") String name, @Mixin ServiceAddresses addresses) {
    try (Services services = addresses.open()) {
      services
          .pairs()
          .deletePair(DeletePairRequest.newBuilder().setName(PairText.name("pairs", name)).build());
    }
  }

  private static Rows<CheckpointPair> rows() {
    return new Rows<CheckpointPair>()
        .column("NAME", CheckpointPair::getName)
        .column("DEPTH", pair -> "" + pair.getNetwork().getDepth())
        .column("PARAMETERS", pair -> "" + pair.getNetwork().getParameters().getParameterCount())
        .column("DATA", pair -> pair.getDataset().getSpec().getNamed().getName())
        .column("INIT_LOSS", pair -> TrainingOutput.number(pair.getInitEnd().getTrainLoss()))
        .column("FINAL_LOSS", pair -> TrainingOutput.number(pair.getFinalEnd().getTrainLoss()))
        .column("FINAL_ERROR", pair -> TrainingOutput.percent(pair.getFinalEnd().getTrainError()))
        .column("CREATED", pair -> Timestamps.toString(pair.getCreateTime()));
  }
}
