package io.plateau.cli.command;

import com.google.protobuf.util.Timestamps;
import io.plateau.cli.connection.ServiceAddresses;
import io.plateau.cli.connection.Services;
import io.plateau.cli.failure.CommandFailure;
import io.plateau.cli.failure.ExitCode;
import io.plateau.cli.option.ListOptions;
import io.plateau.cli.option.OutputFormat;
import io.plateau.cli.option.PairText;
import io.plateau.cli.progress.ProgressDisplay;
import io.plateau.proto.common.v1.JobState;
import io.plateau.proto.interpolator.v1.CancelEvaluationRequest;
import io.plateau.proto.interpolator.v1.DeleteEvaluationRequest;
import io.plateau.proto.interpolator.v1.Evaluation;
import io.plateau.proto.interpolator.v1.GetEvaluationRequest;
import io.plateau.proto.interpolator.v1.ListEvaluationsRequest;
import io.plateau.proto.interpolator.v1.ListEvaluationsResponse;
import io.plateau.proto.interpolator.v1.PathItem;
import io.plateau.proto.interpolator.v1.WatchEvaluationRequest;
import io.plateau.proto.interpolator.v1.WatchEvaluationResponse;
import java.util.Iterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plateau evaluations ...}: the durable ones, made by {@code interpolate --detach}. */
@Command(
    name = "evaluations",
    description = "Lists, watches and ends durable evaluations.",
    mixinStandardHelpOptions = true)
final class EvaluationsCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "give one of list, watch, cancel, delete");
  }

  static Rows<Evaluation> rows() {
    return new Rows<Evaluation>()
        .column("NAME", Evaluation::getName)
        .column("STATE", evaluation -> TrainingOutput.word(evaluation.getState()))
        .column(
            "DONE",
            evaluation ->
                evaluation.getProgress().getDone() + "/" + evaluation.getProgress().getTotal())
        .column(
            "FIRST_END",
            evaluation -> evaluation.getSpec().getEnds().getFirst().getPair().getName())
        .column("CREATED", evaluation -> Timestamps.toString(evaluation.getCreateTime()));
  }

  @Command(
      name = "list",
      description = "Lists evaluations, the newest first.",
      mixinStandardHelpOptions = true)
  void list(@Mixin ListOptions page, @Mixin ServiceAddresses addresses) {
    try (Services services = addresses.open()) {
      ListEvaluationsResponse response =
          services
              .evaluations()
              .listEvaluations(
                  ListEvaluationsRequest.newBuilder()
                      .setFilter(page.filter())
                      .setOrderBy(page.orderBy())
                      .setPageSize(page.pageSize())
                      .setPageToken(page.pageToken())
                      .build());
      rows().print(response.getEvaluationsList(), response, page.output());
      page.sayNext(response.getNextPageToken());
    }
  }

  @Command(
      name = "watch",
      description = "Follows an evaluation and prints its result.",
      mixinStandardHelpOptions = true)
  void watch(
      @Parameters(paramLabel = "EVALUATION") String name,
      @Option(
              names = "--after",
              defaultValue = "0",
              description = "With ndjson: only items after this number.")
          long after,
      @Option(
              names = {"-o", "--output"},
              defaultValue = "table",
              description = "${COMPLETION-CANDIDATES}.")
          OutputFormat output,
      @Mixin ServiceAddresses addresses) {
    String full = PairText.name("evaluations", name);
    try (Services services = addresses.open();
        ProgressDisplay bar = ProgressDisplay.open(full, " points", -1)) {
      ResultCollector collector = new ResultCollector(bar);
      Iterator<WatchEvaluationResponse> items =
          services
              .evaluations()
              .watchEvaluation(
                  WatchEvaluationRequest.newBuilder()
                      .setName(full)
                      .setAfterSequence(output == OutputFormat.ndjson ? after : 0)
                      .build());
      while (items.hasNext()) {
        PathItem item = items.next().getItem();
        if (output == OutputFormat.ndjson) {
          System.out.println(Rows.json(item, true));
        }
        collector.add(item);
      }
      Evaluation evaluation =
          services
              .evaluations()
              .getEvaluation(GetEvaluationRequest.newBuilder().setName(full).build())
              .getEvaluation();
      if (evaluation.getState() != JobState.JOB_STATE_SUCCEEDED) {
        throw new CommandFailure(
            evaluation.getState() == JobState.JOB_STATE_CANCELLED
                ? ExitCode.CANCELLED
                : ExitCode.JOB_FAILED,
            full
                + " "
                + TrainingOutput.word(evaluation.getState())
                + " "
                + evaluation.getError().getMessage());
      }
      ResultOutput.print(
          collector.toResult(evaluation.getSpec().getEnds().getFirst().getPair().getName(), full),
          output);
    }
  }

  @Command(
      name = "cancel",
      description = "Cancels an evaluation; its points are kept.",
      mixinStandardHelpOptions = true)
  void cancel(
      @Parameters(paramLabel = "EVALUATION") String name, @Mixin ServiceAddresses addresses) {
    try (Services services = addresses.open()) {
      services
          .evaluations()
          .cancelEvaluation(
              CancelEvaluationRequest.newBuilder()
                  .setName(PairText.name("evaluations", name))
                  .build());
    }
  }

  @Command(
      name = "delete",
      description = "Deletes an evaluation that has ended.",
      mixinStandardHelpOptions = true)
  void delete(
      @Parameters(paramLabel = "EVALUATION") String name, @Mixin ServiceAddresses addresses) {
    try (Services services = addresses.open()) {
      services
          .evaluations()
          .deleteEvaluation(
              DeleteEvaluationRequest.newBuilder()
                  .setName(PairText.name("evaluations", name))
                  .build());
    }
  }
}
