package io.plateau.cli.command;

import io.plateau.cli.connection.ServiceAddresses;
import io.plateau.cli.connection.Services;
import io.plateau.cli.option.ListOptions;
import io.plateau.cli.option.OutputFormat;
import io.plateau.cli.option.PairText;
import io.plateau.proto.trainer.v1.CancelTrainingRequest;
import io.plateau.proto.trainer.v1.DeleteTrainingRequest;
import io.plateau.proto.trainer.v1.GetTrainingRequest;
import io.plateau.proto.trainer.v1.ListTrainingsRequest;
import io.plateau.proto.trainer.v1.ListTrainingsResponse;
import io.plateau.proto.trainer.v1.ResumeTrainingRequest;
import io.plateau.proto.trainer.v1.Training;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plateau trainings ...}. */
@Command(
    name = "trainings",
    description = "Lists, watches and ends trainings.",
    mixinStandardHelpOptions = true)
final class TrainingsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "give one of list, get, watch, cancel, resume, delete");
  }

  @Command(
      name = "list",
      description = "Lists trainings, the newest first.",
      mixinStandardHelpOptions = true)
  void list(@Mixin ListOptions page, @Mixin ServiceAddresses addresses) {
    try (Services services = addresses.open()) {
      ListTrainingsResponse response =
          services
              .trainings()
              .listTrainings(
                  ListTrainingsRequest.newBuilder()
                      .setFilter(page.filter())
                      .setOrderBy(page.orderBy())
                      .setPageSize(page.pageSize())
                      .setPageToken(page.pageToken())
                      .build());
      TrainingOutput.rows().print(response.getTrainingsList(), response, page.output());
      page.sayNext(response.getNextPageToken());
    }
  }

  @Command(name = "get", description = "Shows a training.", mixinStandardHelpOptions = true)
  void get(
      @Parameters(paramLabel = "TRAINING") String name,
      @Option(
              names = {"-o", "--output"},
              defaultValue = "table",
              description = "${COMPLETION-CANDIDATES}.")
          OutputFormat output,
      @Mixin ServiceAddresses addresses) {
    try (Services services = addresses.open()) {
      TrainingOutput.print(get(services, name), output);
    }
  }

  @Command(
      name = "watch",
      description = "Follows a training's events to its end.",
      mixinStandardHelpOptions = true)
  void watch(
      @Parameters(paramLabel = "TRAINING") String name,
      @Option(names = "--after", defaultValue = "0", description = "Only events after this number.")
          long after,
      @Option(
              names = {"-o", "--output"},
              defaultValue = "table",
              description = "table or ndjson.")
          OutputFormat output,
      @Mixin ServiceAddresses addresses) {
    try (Services services = addresses.open()) {
      new TrainingWatch(services)
          .follow(
              PairText.name("trainings", name),
              after,
              item -> {
                if (item.hasEvent()) {
                  System.out.println(
                      output == OutputFormat.table
                          ? TrainingWatch.line(item.getEvent())
                          : Rows.json(item.getEvent(), true));
                }
              });
      TrainingOutput.requireSuccess(get(services, name));
    }
  }

  @Command(
      name = "cancel",
      description = "Cancels a training; what it recorded is kept.",
      mixinStandardHelpOptions = true)
  void cancel(@Parameters(paramLabel = "TRAINING") String name, @Mixin ServiceAddresses addresses) {
    try (Services services = addresses.open()) {
      TrainingOutput.print(
          services
              .trainings()
              .cancelTraining(
                  CancelTrainingRequest.newBuilder()
                      .setName(PairText.name("trainings", name))
                      .build())
              .getTraining(),
          OutputFormat.table);
    }
  }

  @Command(
      name = "resume",
      description = "Lets a paused, failed or cancelled training go on.",
      mixinStandardHelpOptions = true)
  void resume(@Parameters(paramLabel = "TRAINING") String name, @Mixin ServiceAddresses addresses) {
    try (Services services = addresses.open()) {
      TrainingOutput.print(
          services
              .trainings()
              .resumeTraining(
                  ResumeTrainingRequest.newBuilder()
                      .setName(PairText.name("trainings", name))
                      .build())
              .getTraining(),
          OutputFormat.table);
    }
  }

  @Command(
      name = "delete",
      description = "Deletes a training that has ended; its pair stays.",
      mixinStandardHelpOptions = true)
  void delete(@Parameters(paramLabel = "TRAINING") String name, @Mixin ServiceAddresses addresses) {
    try (Services services = addresses.open()) {
      services
          .trainings()
          .deleteTraining(
              DeleteTrainingRequest.newBuilder().setName(PairText.name("trainings", name)).build());
    }
  }

  private static Training get(Services services, String name) {
    return services
        .trainings()
        .getTraining(
            GetTrainingRequest.newBuilder().setName(PairText.name("trainings", name)).build())
        .getTraining();
  }
}
