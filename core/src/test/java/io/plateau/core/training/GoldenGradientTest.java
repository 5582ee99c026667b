package io.plateau.core.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.plateau.core.golden.GoldenTrace;
import io.plateau.core.kernel.Device;
import io.plateau.core.kernel.ExecutionLayout;
import io.plateau.core.kernel.NetworkPass;
import io.plateau.core.kernel.Precision;
import io.plateau.core.kernel.Tensor;
import io.plateau.core.kernel.nd4j.Nd4jDevice;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.ParameterSpec;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradients and steps against independent float64 traces. */
class GoldenGradientTest {

  @ParameterizedTest
  @CsvSource({"dense,FLOAT32", "dense,FLOAT64", "conv,FLOAT32", "conv,FLOAT64"})
  void gradientsAreTheReferences(String name, Precision precision) {
    GoldenTrace trace = GoldenTrace.read(name);
    NetworkSpec network = trace.network();
    ParameterLayout layout = ParameterLayout.of(network);
    try (Device device = Nd4jDevice.open(precision);
        Tensor parameters = device.allocate(layout.size());
        Tensor gradient = device.allocate(layout.size());
        NetworkPass pass = NetworkPass.training(device, network, 16, parameters, gradient)) {
      ExecutionLayout execution = new ExecutionLayout(network);
      device.upload(execution.toDevice(trace.start()), 0, parameters);
      double[] logits = new double[16 * network.classes()];
      pass.forward(trace.deviceBatch(0), 16, logits);
      CrossEntropy.toGradient(logits, trace.labels(0), 16, network.classes());
      pass.backward(logits, 16);
      float[] values = new float[layout.size()];
      device.download(gradient, values);
      assertTensors(
          execution.fromDevice(values),
          layout,
          trace.gradient(),
          precision == Precision.FLOAT32 ? 1e-5 : 1e-6,
          "");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "dense,sgd,FLOAT32",
    "dense,momentum,FLOAT32",
    "dense,nesterov_decay,FLOAT32",
    "dense,momentum,FLOAT64",
    "conv,sgd,FLOAT32",
    "conv,momentum,FLOAT32",
    "conv,nesterov_decay,FLOAT32"
  })
  void stepsAreTheReferences(String name, String optimizer, Precision precision) throws Exception {
    GoldenTrace trace = GoldenTrace.read(name);
    JsonNode expected =
        new ObjectMapper()
            .readTree(
                getClass().getResourceAsStream("/golden/training/" + name + "/expected.json"));
    JsonNode settings = expected.get(optimizer).get("optimizer");
    Sgd sgd =
        new Sgd(
            settings.path("momentum").asDouble(0),
            settings.path("nesterov").asBoolean(false),
            settings.path("weight_decay").asDouble(0),
            true);
    double rate = settings.get("learning_rate").asDouble();
    NetworkSpec network = trace.network();
    ParameterLayout layout = ParameterLayout.of(network);
    Map<String, double[]> steps = trace.steps(optimizer);
    try (Device device = Nd4jDevice.open(precision);
        Tensor parameters = device.allocate(layout.size());
        Tensor gradient = device.allocate(layout.size());
        Tensor velocity = device.allocate(layout.size());
        NetworkPass pass = NetworkPass.training(device, network, 16, parameters, gradient)) {
      ExecutionLayout execution = new ExecutionLayout(network);
      Optimizer steps5 = new Optimizer(device, sgd, layout);
      device.upload(execution.toDevice(trace.start()), 0, parameters);
      double[] logits = new double[16 * network.classes()];
      for (int step = 0; step < 5; step++) {
        pass.forward(trace.deviceBatch(step), 16, logits);
        CrossEntropy.toGradient(logits, trace.labels(step), 16, network.classes());
        pass.backward(logits, 16);
        steps5.step(rate, parameters, gradient, velocity);
        float[] values = new float[layout.size()];
        device.download(parameters, values);
        assertTensors(execution.fromDevice(values), layout, steps, 1e-5, "step" + (step + 1) + ".");
      }
    }
  }

  private static void assertTensors(
      float[] actual,
      ParameterLayout layout,
      Map<String, double[]> expected,
      double tolerance,
      String prefix) {
    for (ParameterSpec parameter : layout.parameters()) {
      double[] reference = expected.get(prefix + parameter.name());
      assertThat(reference).as(prefix + parameter.name()).isNotNull().hasSize(parameter.size());
      double largest = 0;
      for (double value : reference) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < reference.length; i++) {
        assertThat((double) actual[parameter.offset() + i])
            .as("%s%s[%d]", prefix, parameter.name(), i)
            .isCloseTo(reference[i], within(tolerance * largest + 1e-12));
      }
    }
  }
}
