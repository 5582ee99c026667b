package io.plateau.cli.command;

import io.grpc.StatusRuntimeException;
import io.plateau.cli.connection.ServiceAddresses;
import io.plateau.cli.connection.Services;
import io.plateau.cli.failure.CommandFailure;
import io.plateau.cli.failure.ExitCode;
import io.plateau.cli.progress.ProgressDisplay;
import io.plateau.core.dataset.DatasetRegistry;
import io.plateau.core.dataset.Split;
import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.DeviceDescription;
import io.plateau.core.kernel.DeviceException;
import io.plateau.core.kernel.MatmulSpeed;
import io.plateau.core.kernel.Precision;
import io.plateau.core.kernel.nd4j.Nd4jDevice;
import io.plateau.core.network.Activation;
import io.plateau.core.network.BiasMode;
import io.plateau.core.network.FullyConnected;
import io.plateau.core.network.Initialization;
import io.plateau.core.network.Initializer;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.path.AlphaGrid;
import io.plateau.core.path.BatchListener;
import io.plateau.core.path.EvaluationLimits;
import io.plateau.core.path.Measurements;
import io.plateau.core.path.PathEvaluator;
import io.plateau.core.path.PathPlan;
import io.plateau.core.path.Scheme;
import io.plateau.proto.common.v1.GetServerInfoRequest;
import io.plateau.proto.common.v1.ServerInfo;
import io.plateau.proto.common.v1.ServerServiceGrpc.ServerServiceBlockingStub;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code plateau doctor}. */
@Command(
    name = "doctor",
    description =
        "Checks this machine and the services: native library, device, speed, data, connections.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Runnable {
  @Mixin private ServiceAddresses addresses;

  private boolean healthy = true;

  @Override
  public void run() {
    say("java", Runtime.version() + ", " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB heap");
    say(
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.arch")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors");
    device();
    data();
    try (Services services = addresses.open()) {
      service("trainer", services.trainerServer());
      service("interpolator", services.interpolatorServer());
    }
    if (!healthy) {
      throw new CommandFailure(
          ExitCode.INTERNAL, "something is not well; see the lines marked FAILED");
    }
  }

  private void device() {
    try (Device device = Nd4jDevice.open(Precision.FLOAT32)) {
      DeviceDescription found = device.description();
      say("device", found.kind() + ", " + found.name() + ", " + found.threads() + " threads");
      say("backend", found.backend() + ", BLAS " + found.blas());
      ProgressDisplay.say("measuring the speed of kernels ...");
      double peak = MatmulSpeed.measure(device).operationsPerSecond();
      say("matmul", gigaflops(peak) + ", the peak that the next line is a share of");
      double evaluation = evaluationSpeed(device);
      say(
          "evaluation",
          String.format(
              Locale.ROOT,
              "%s, %.0f%% of the peak (FCN4 of width 1024, 5,000 samples)",
              gigaflops(evaluation),
              100 * evaluation / peak));
    } catch (DeviceException e) {
      fail("device", e.getMessage());
    }
  }

  /** Operations a second of the path engine, all of its work included. */
  private static double evaluationSpeed(Device device) {
    NetworkSpec network =
        FullyConnected.of(
            784, 10, 4, 1024, Activation.RELU, BiasMode.ZERO_INIT, Initializer.DEFAULT);
    var data = new DatasetRegistry(Map.of()).open("mnist", Split.TRAIN).limit(5_000);
    List<Scheme> schemes = List.of(new Scheme.Linear());
    Measurements measurements = new Measurements(true, false);
    double[] alphas = {0.2, 0.3, 0.4, 0.6, 0.7, 0.8};
    try (PathEvaluator evaluator =
        PathEvaluator.open(
            device,
            network,
            Initialization.draw(network, 1),
            Initialization.draw(network, 2),
            data,
            schemes,
            measurements,
            EvaluationLimits.DEFAULT)) {
      evaluator.evaluate(0.5, BatchListener.NONE);
      long start = System.nanoTime();
      for (double alpha : alphas) {
        evaluator.evaluate(alpha, BatchListener.NONE);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      PathPlan plan =
          PathPlan.of(
              network,
              data.size(),
              schemes,
              measurements,
              AlphaGrid.explicit(alphas),
              EvaluationLimits.DEFAULT,
              Precision.FLOAT32);
      double first = plan.sharesFirstProduct() ? 2.0 * 2 * 784 * 1024 * data.size() : 0;
      return (plan.floatingPointOperations() - first) / seconds;
    }
  }

  private void data() {
    DatasetRegistry registry = new DatasetRegistry(Map.of());
    for (DatasetRegistry.Entry entry : registry.list()) {
      try {
        say(
            "data set",
            entry.name()
                + ": "
                + registry.open(entry.name(), Split.TRAIN).size()
                + " + "
                + registry.open(entry.name(), Split.TEST).size()
                + " samples, "
                + entry.description());
      } catch (RuntimeException e) {
        fail("data set", entry.name() + ": " + e.getMessage());
      }
    }
  }

  private void service(String name, ServerServiceBlockingStub stub) {
    try {
      ServerInfo info =
          stub.withDeadlineAfter(2, TimeUnit.SECONDS)
              .getServerInfo(GetServerInfoRequest.getDefaultInstance())
              .getServer();
      say(name, "version " + info.getBuild().getVersion() + ", instance " + info.getInstance());
    } catch (StatusRuntimeException e) {
      say(
          name,
          "not reachable (" + e.getStatus().getCode() + "); `plateau up` starts both services");
    }
  }

  private static String gigaflops(double operations) {
    return String.format(Locale.ROOT, "%.0f GFLOP/s", operations / 1e9);
  }

  private static void say(String subject, String detail) {
    System.out.printf("%-13s %s%n", subject, detail);
  }

  private void fail(String subject, String detail) {
    healthy = false;
    System.out.printf("%-13s FAILED: %s%n", subject, detail);
  }
}
