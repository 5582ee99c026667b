package io.plateau.cli.command;

import io.grpc.Context;
import io.plateau.cli.connection.ServiceAddresses;
import io.plateau.cli.connection.Services;
import io.plateau.cli.option.OutputFormat;
import io.plateau.cli.progress.ProgressDisplay;
import io.plateau.proto.interpolator.v1.CreateEvaluationRequest;
import io.plateau.proto.interpolator.v1.Evaluation;
import io.plateau.proto.interpolator.v1.InterpolateRequest;
import io.plateau.proto.interpolator.v1.InterpolateResponse;
import io.plateau.proto.interpolator.v1.PathResult;
import io.plateau.proto.interpolator.v1.PathSpec;
import io.plateau.proto.interpolator.v1.Plan;
import io.plateau.proto.interpolator.v1.PlanRequest;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code plateau interpolate PAIR ...}. */
@Command(
    name = "interpolate",
    description =
        "Measures loss, error and bias contributions along the path between a pair's ends.",
    mixinStandardHelpOptions = true)
final class InterpolateCommand implements Runnable {
  @Mixin private PathOptions path;

  @Option(names = "--plan", description = "Show passes, operations and memory; evaluate nothing.")
  private boolean planOnly;

  @Option(
      names = "--detach",
      description = "Create a durable evaluation and do not wait; see `plateau evaluations`.")
  private boolean detach;

  @Option(
      names = "--request-id",
      paramLabel = "ID",
      description = "With --detach: the same id and request evaluate once.")
  private String requestId = UUID.randomUUID().toString();

  @Option(
      names = {"-o", "--output"},
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private OutputFormat output = OutputFormat.table;

  @Mixin private ServiceAddresses addresses;

  @Override
  public void run() {
    PathSpec spec = path.toSpec();
    try (Services services = addresses.open()) {
      if (planOnly) {
        Plan plan =
            services.interpolation().plan(PlanRequest.newBuilder().setSpec(spec).build()).getPlan();
        PlanOutput.print(plan, output);
      } else if (detach) {
        Evaluation evaluation =
            services
                .evaluations()
                .createEvaluation(
                    CreateEvaluationRequest.newBuilder()
                        .setSpec(spec)
                        .setRequestId(requestId)
                        .build())
                .getEvaluation();
        EvaluationsCommand.rows().print(List.of(evaluation), evaluation, output);
      } else {
        ResultOutput.print(stream(services, spec, output), output);
      }
    }
  }

  /** Streams a path to its end; Ctrl-C cancels the call on the server. */
  static PathResult stream(Services services, PathSpec spec, OutputFormat output) {
    Context.CancellableContext call = Context.current().withCancellation();
    try (Interruption interruption = Interruption.on(() -> call.cancel(null));
        ProgressDisplay bar = ProgressDisplay.open("interpolate", " points", -1)) {
      ResultCollector collector = new ResultCollector(bar);
      Context before = call.attach();
      try {
        Iterator<InterpolateResponse> items =
            services
                .interpolation()
                .interpolate(InterpolateRequest.newBuilder().setSpec(spec).build());
        while (items.hasNext()) {
          InterpolateResponse response = items.next();
          if (output == OutputFormat.ndjson) {
            System.out.println(Rows.json(response.getItem(), true));
          }
          collector.add(response.getItem());
        }
      } finally {
        call.detach(before);
      }
      return collector.toResult(spec.getEnds().getFirst().getPair().getName(), "");
    } finally {
      call.cancel(null);
    }
  }
}
